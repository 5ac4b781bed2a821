-- A customer reviews a product once: of several reviews from before, the first one stands.
delete from reviews using reviews as earlier
where earlier.customer_id = reviews.customer_id and earlier.sku = reviews.sku
  and (earlier.submitted_at, earlier.review_id) < (reviews.submitted_at, reviews.review_id);

alter table reviews add constraint one_per_customer unique (customer_id, sku);
