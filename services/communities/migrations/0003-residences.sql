-- Where a customer lives is asked by the customer, too.
create index residents_by_customer on residents (customer_id);
