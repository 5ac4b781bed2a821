create index reservations_active on reservations (reservation_id) where state = 'active';
