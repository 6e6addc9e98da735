//! What is counted of events, kept in long runs.

pub(crate) const SEALED: &str = "SELECT COALESCE(MAX(last_number), 0) AS sealed FROM observation_chunk";
pub(crate) const SEAL: &str = "INSERT INTO observation_chunk
    (first_number, last_number, first_at, last_at, observations)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (first_number) DO NOTHING";
pub(crate) const NEXT_CHUNK: &str = "SELECT first_number, last_number, first_at, last_at, observations
    FROM observation_chunk WHERE last_at >= $1 AND first_at < $2 AND first_number > $3
    ORDER BY first_number LIMIT 1";
/// An order is of the contact that it names, of those merged into him, and of all who belong to the company for certain.
/// Companies that are one by merges count as the one that they are now.
pub(crate) const ORDERS_OF_CONTACTS: &str = "WITH RECURSIVE firm (id, root) AS (
        SELECT id, id FROM company WHERE merged_into IS NULL
        UNION SELECT company.id, firm.root FROM company JOIN firm ON company.merged_into = firm.id
    ) SELECT contact_id, date, lines FROM (
    SELECT orders.id AS order_id, contact.id AS contact_id, orders.date AS date, orders.lines AS lines
        FROM orders JOIN contact ON contact.id = orders.contact_id
        WHERE orders.date >= $1 AND orders.date <= $2
    UNION SELECT orders.id, contact.id, orders.date, orders.lines
        FROM orders JOIN contact ON contact.merged_into = orders.contact_id
        WHERE orders.date >= $1 AND orders.date <= $2
    UNION SELECT orders.id, contact.id, orders.date, orders.lines
        FROM orders JOIN firm AS of_order ON of_order.id = orders.company_id
        JOIN firm AS of_contact ON of_contact.root = of_order.root
        JOIN contact ON contact.company_id = of_contact.id AND contact.company_link = 'verified'
        WHERE orders.date >= $1 AND orders.date <= $2
    ) AS owned ORDER BY date, order_id, contact_id";
