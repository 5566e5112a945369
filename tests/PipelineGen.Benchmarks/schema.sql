-- The table of the benchmarks; catalog/ is pulled from a database with it, Recorded/ holds what Postgres sent of these rows.
CREATE TABLE orders (
    id int8 PRIMARY KEY,
    customer_id int8 NOT NULL,
    status varchar(20) NOT NULL,
    total numeric(12,2) NOT NULL,
    quantity int4 NOT NULL,
    discount float8,
    is_gift bool NOT NULL,
    placed_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    external_ref uuid NOT NULL,
    note text,
    metadata jsonb
);
INSERT INTO orders VALUES (
    184467, 90210, 'shipped', 12345.67, 3, 0.125, false, '2024-03-10 12:34:56.789012+00', '2024-03-11 08:00:00+00', '6f1e9a34-1b2c-4d5e-8f90-0a0b0c0d0e0f',
    'Please leave the parcel at the "back door" of the house; the bell does not work, so knock twice, or call before. Thank you very much and enjoy the rest of the day',
    '{"source": "web", "campaign": "spring-2024", "items": [3, 5, 8], "wrapped": true}');
