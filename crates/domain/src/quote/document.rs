//! A quote as it is laid out, in words of one language: what the page, the PDF and the spreadsheet all show.
//!
//! Nothing here is computed by whoever draws it.

/// How a column's cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub title: String,
    pub align: Align,
    /// Share of the table's width; the columns' weights add up to [`Document::WIDTH`].
    pub weight: u32,
}

/// A cell: its text and, where it is a plain number, the number for spreadsheets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    pub text: String,
    pub number: Option<Scaled>,
}

/// `value` divided by ten to the power of `digits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaled {
    pub value: i64,
    pub digits: u32,
    /// Digits after the point that are shown at least.
    pub shown: u32,
}

/// A label and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub label: String,
    pub value: String,
}

impl Entry {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// One party with its particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub title: String,
    pub name: String,
    pub entries: Vec<Entry>,
}

/// The whole paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `zh` or `en`.
    pub language: &'static str,
    /// 报价单, Proforma Invoice.
    pub title: String,
    /// The shop, above everything.
    pub heading: String,
    /// Number, version, date, validity.
    pub particulars: Vec<Entry>,
    pub seller: Block,
    pub buyer: Block,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// Sums below the table; the last one is what is to be paid.
    pub totals: Vec<(String, Cell)>,
    pub in_words: Entry,
    /// Lead time, payment, transport, bank and the like.
    pub terms: Vec<Entry>,
    pub notes: Vec<String>,
    /// Below: who signs for the shop.
    pub signature: String,
    /// The shop's seal belongs on it.
    pub sealed: bool,
    /// What the file is called, without its ending; letters, digits and hyphens.
    pub file_name: String,
}

impl Document {
    /// What the columns' weights add up to.
    pub const WIDTH: u32 = 100;
}
