//! A table of goods in a message: pasted from a spreadsheet, or made of a file.
//!
//! Cells stand between tabs or bars; commas, semicolons and wide gaps count only beneath a header that names the columns, so that no
//! prose is taken for a table.

use domain::{
    decimal::{self, DecimalError},
    quantity::Quantity,
};
use unicode_normalization::UnicodeNormalization;

use super::Unorderable;

/// So many lines are read; the others are counted.
pub const MAX_ROWS: usize = 100;
/// Of one line, so much is kept as the buyer's words for the goods, in code points.
const MAX_TEXT: usize = 80;

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From 1, without the header.
    pub number: u32,
    /// The cells that may name the goods, the best first.
    pub goods: Vec<String>,
    pub quantity: Option<Quantity>,
    /// Why nobody can order the quantity that stands there.
    pub(crate) unorderable: Option<Unorderable>,
    /// Where it begins in the text, in code points.
    pub start: usize,
}

impl Row {
    /// What it says of the goods, cut to what fits a reply.
    pub fn text(&self) -> String {
        self.goods.join(" ").chars().take(MAX_TEXT).collect()
    }
}

/// The lines of a table, and how many more there were than are read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    pub rows: Vec<Row>,
    pub beyond: usize,
}

const MODEL: &[&str] = &[
    "型号",
    "产品型号",
    "规格型号",
    "物料号",
    "物料编码",
    "料号",
    "编码",
    "编号",
    "货号",
    "品号",
    "产品编号",
    "sku",
    "model",
    "part no",
    "part number",
    "part",
    "item no",
    "item code",
    "p/n",
    "article",
    "code",
];
const NAME: &[&str] = &[
    "品名",
    "名称",
    "产品名称",
    "产品",
    "物料名称",
    "商品",
    "货物",
    "product",
    "item",
    "description",
    "name",
    "goods",
    "规格",
    "描述",
    "specification",
    "spec",
];
const QUANTITY: &[&str] = &[
    "数量",
    "采购数量",
    "需求数量",
    "订购数量",
    "用量",
    "qty",
    "quantity",
    "q'ty",
    "order qty",
    "pcs",
    "amount needed",
];
const UNIT: &[&str] = &["单位", "unit", "uom", "units"];
const OTHER: &[&str] = &[
    "序号",
    "no",
    "no.",
    "#",
    "行号",
    "备注",
    "remark",
    "remarks",
    "note",
    "目标价",
    "单价",
    "target price",
    "price",
    "交期",
    "日期",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Model,
    Name,
    Quantity,
    Unit,
    Other,
}

/// The table that `text` holds, if it holds one. Cheap where there is but one line.
pub fn read(text: &str) -> Option<Table> {
    if !text.contains('\n') {
        return None;
    }
    let mut start = 0;
    let lines: Vec<(usize, &str)> = text
        .split('\n')
        .map(|line| {
            let begins = start;
            start += line.chars().count() + 1;
            (begins, line.trim_end_matches('\r'))
        })
        .filter(|(_, line)| !line.trim().is_empty())
        .collect();
    ["\t", "|", ",", "\u{ff0c}", ";", "  "].into_iter().find_map(|between| with_cells(&lines, between))
}

fn with_cells(lines: &[(usize, &str)], between: &str) -> Option<Table> {
    let split: Vec<(usize, Vec<String>)> = lines
        .iter()
        .map(|(start, line)| (*start, cells(line, between)))
        .filter(|(_, cells)| cells.len() >= 2 && !is_rule(cells))
        .collect();
    let header = split.iter().position(|(_, cells)| is_header(cells));
    let firm = matches!(between, "\t" | "|");
    let (columns, rows): (Vec<Column>, &[(usize, Vec<String>)]) = match header {
        Some(at) => (split[at].1.iter().map(|cell| column(cell)).collect(), &split[at + 1..]),
        None if firm && split.len() >= 2 => (guessed(&split)?, &split[..]),
        None => return None,
    };
    let rows: Vec<(usize, &Vec<String>)> = rows.iter().map(|(start, cells)| (*start, cells)).collect();
    let read: Vec<Row> = rows.iter().filter_map(|(start, cells)| row(*start, cells, &columns)).collect();
    if read.is_empty() {
        return None;
    }
    let beyond = read.len().saturating_sub(MAX_ROWS);
    let rows = read.into_iter().take(MAX_ROWS).zip(1..).map(|(row, number)| Row { number, ..row }).collect();
    Some(Table { rows, beyond })
}

fn cells(line: &str, between: &str) -> Vec<String> {
    let line = if between == "|" { line.trim().trim_matches('|') } else { line };
    let clean = |cell: &str| cell.trim().trim_matches('"').trim().to_owned();
    if between == "  " {
        return line.split("  ").map(clean).filter(|cell| !cell.is_empty()).collect();
    }
    line.split(between).map(clean).collect()
}

/// The line under a header in Markdown.
fn is_rule(cells: &[String]) -> bool {
    cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|letter| matches!(letter, '-' | ':')))
}

/// A header names the goods and how many.
fn is_header(cells: &[String]) -> bool {
    let columns: Vec<Column> = cells.iter().map(|cell| column(cell)).collect();
    columns.contains(&Column::Quantity)
        && (columns.contains(&Column::Model) || columns.contains(&Column::Name))
}

fn column(cell: &str) -> Column {
    let name: String = cell.nfkc().flat_map(char::to_lowercase).collect();
    // 数量(台): what stands in brackets is the unit.
    let name = name.split('(').next().unwrap_or_default().trim().trim_end_matches([':', '.', '*']).trim();
    let is = |words: &[&str]| words.contains(&name);
    if is(MODEL) {
        Column::Model
    } else if is(QUANTITY) {
        Column::Quantity
    } else if is(UNIT) {
        Column::Unit
    } else if is(OTHER) {
        Column::Other
    } else if is(NAME) {
        Column::Name
    } else {
        Column::Other
    }
}

/// Without a header: a column that counts its lines says nothing, the last one of amounts is the quantity, the others name the goods.
fn guessed(rows: &[(usize, Vec<String>)]) -> Option<Vec<Column>> {
    let width = rows.iter().map(|(_, cells)| cells.len()).min()?;
    let is_ordinal = |column: usize| {
        rows.iter().zip(1_usize..).all(|((_, cells), number)| cells[column] == number.to_string())
    };
    let is_amount = |column: usize| rows.iter().all(|(_, cells)| amount(&cells[column]).is_some());
    let ordinal = (0..width).find(|&column| is_ordinal(column));
    let quantity = (0..width).rev().find(|&column| Some(column) != ordinal && is_amount(column))?;
    let columns: Vec<Column> = (0..width)
        .map(|column| match column {
            column if column == quantity => Column::Quantity,
            column if Some(column) == ordinal => Column::Other,
            _ => Column::Name,
        })
        .collect();
    columns.contains(&Column::Name).then_some(columns)
}

fn row(start: usize, cells: &[String], columns: &[Column]) -> Option<Row> {
    let of = |wanted: Column| {
        columns
            .iter()
            .zip(cells)
            .filter(move |(column, cell)| **column == wanted && !cell.is_empty())
            .map(|(_, cell)| cell.as_str())
    };
    let goods: Vec<String> = of(Column::Model).chain(of(Column::Name)).map(str::to_owned).collect();
    if goods.is_empty() {
        return None;
    }
    let (quantity, unorderable) = match of(Column::Quantity).find_map(amount) {
        Some(Ok(quantity)) => (Some(quantity), None),
        Some(Err(why)) => (None, Some(why)),
        None => (None, None),
    };
    let quantity = quantity.map(|quantity| match of(Column::Unit).next() {
        Some(unit) if quantity.unit.is_none() => quantity.with_unit(unit),
        _ => quantity,
    });
    Some(Row { number: 0, goods, quantity, unorderable, start })
}

/// `20`, `1,000 pcs`, `20台`; what is written like an amount but cannot be ordered is the reason why not.
fn amount(cell: &str) -> Option<Result<Quantity, Unorderable>> {
    let cell: String = cell.nfkc().filter(|letter| *letter != ',').collect();
    let cell = cell.trim();
    let (negative, cell) = match cell.strip_prefix(['-', '−', '负']) {
        Some(rest) => (true, rest),
        None => (false, cell),
    };
    let end = cell.find(|letter: char| !(letter.is_ascii_digit() || letter == '.')).unwrap_or(cell.len());
    let (number, unit) = cell.split_at(end);
    let unit = unit.trim();
    let is_unit = unit.chars().count() <= 8 && unit.chars().all(char::is_alphabetic);
    if !is_unit {
        return None;
    }
    match decimal::parse_scaled(number, Quantity::DIGITS) {
        Ok(thousandths) if thousandths <= 0 || negative => Some(Err(Unorderable::NotPositive)),
        Ok(thousandths) => {
            Some(Ok(Quantity { thousandths, unit: (!unit.is_empty()).then(|| unit.to_owned()) }))
        }
        Err(DecimalError::TooLarge) => Some(Err(Unorderable::TooLarge)),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as `goods / quantity unit`.
    #[track_caller]
    fn check(text: &str, expected: Option<&[&str]>) {
        let lines = read(text).map(|table| {
            let line = |row: &Row| {
                let quantity = row.quantity.as_ref().map_or_else(String::new, |quantity| {
                    format!(" / {}{}", quantity.number(), quantity.unit.as_deref().unwrap_or_default())
                });
                format!("{}{quantity}", row.text())
            };
            table.rows.iter().map(line).collect::<Vec<_>>()
        });
        let expected = expected.map(|lines| lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>());
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn tables_are_read_whatever_stands_between_their_cells() {
        check("型号\t数量\nP001\t20台\nP002\t5", Some(&["P001 / 20台", "P002 / 5"]));
        check("请报价：\n序号\t品名\t数量\t单位\n1\t六轴机器人\t2\t台\n", Some(&["六轴机器人 / 2台"]));
        check("| Model | Qty |\n|---|---|\n| P001 | 1,000 pcs |", Some(&["P001 / 1000pcs"]));
        check("model,qty\nP001,20\nP002,", Some(&["P001 / 20", "P002"]));
        check("P001\t20\nP002\t5", Some(&["P001 / 20", "P002 / 5"]));
        check("1\tP001\t20\n2\tP002\t5", Some(&["P001 / 20", "P002 / 5"]));
        check("品名  数量\n电爪  5只", Some(&["电爪 / 5只"]));
    }

    #[test]
    fn amounts_that_nobody_can_order_are_told_from_empty_cells() {
        let table = read("型号,数量\nP001,0\nP002,-5\nP003,99999999999999999999\nP004,\nP005,负3台\nP006,2")
            .expect("a table");
        let why: Vec<Option<Unorderable>> = table.rows.iter().map(|row| row.unorderable).collect();
        let (not_positive, too_large) = (Some(Unorderable::NotPositive), Some(Unorderable::TooLarge));
        assert_eq!(why, [not_positive, not_positive, too_large, None, not_positive, None]);
        let counted = |row: &&Row| row.quantity.is_some();
        assert_eq!(table.rows.iter().filter(counted).count(), 1);
        let bare = read("P001\t0台\nP002\t5台").expect("a table without a header");
        assert_eq!(bare.rows.len(), 2);
    }

    #[test]
    fn prose_is_no_table() {
        check("P001 20台", None);
        check("你好，P001多少钱\n另外，P002交期多久，能便宜吗", None);
        check("Hello, I need P001, 20 units\nand P002, 5 pcs", None);
        check("a\tb\nc\td", None);
        check("型号\t数量\n\n", None);
        check("", None);
    }

    #[test]
    fn a_long_table_is_cut_and_the_rest_counted() {
        let mut text = "型号\t数量\n".to_owned();
        (0..150).for_each(|number| text.push_str(&format!("A{number}\t1\n")));
        let table = read(&text).expect("a table");
        assert_eq!((table.rows.len(), table.beyond), (MAX_ROWS, 50));
    }
}
