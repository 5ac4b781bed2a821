insert into accounts (account, currency, name, type)
select account, currency, name, type
from (values
  ('1060', 'Disputed funds', 'asset'),
  ('5300', 'Dispute fees', 'expense'),
  ('5310', 'Dispute losses', 'expense')
) as account (account, name, type)
cross join (values ('USD'), ('EUR'), ('GBP'), ('JPY')) as currency (currency);
