//! The bytes of a spreadsheet to rows of text.

use std::{
    borrow::Cow,
    io::{self, Cursor, Read as _},
};

use calamine::{DataRef, Reader, Xlsx};
use zip::ZipArchive;

/// Cells beyond these are not read: a sheet may claim a million rows with two cells in them.
const MAX_ROWS: usize = 1_000;
const MAX_COLUMNS: usize = 40;
/// And no more than so many cells, empty ones included.
const MAX_CELLS: usize = 200_000;
/// All parts of a workbook may take so many bytes once they are unpacked: texts that cells share are held whole. A list of a hundred
/// lines takes a hundredth of it.
const MAX_UNPACKED: u64 = 8 << 20;
/// Of one cell, in code points.
const MAX_CELL: usize = 120;

/// Why a file could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    #[error("the file is no spreadsheet that can be read; save it as XLSX or as CSV in UTF-8")]
    Unreadable,
    #[error("the text is neither UTF-8 nor GBK; save the file as XLSX or as CSV in UTF-8")]
    Encoding,
    #[error("the workbook takes more than {} MiB once it is unpacked; send the sheet with the goods alone, or as CSV", MAX_UNPACKED >> 20)]
    Swollen,
    #[error("the sheet is empty")]
    Empty,
}

/// The rows of the first sheet, each cell in one line. Rows without anything are left out.
pub fn rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, SheetError> {
    let rows = if bytes.starts_with(b"PK") { workbook(bytes)? } else { separated(bytes)? };
    let rows: Vec<Vec<String>> =
        rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
    if rows.is_empty() { Err(SheetError::Empty) } else { Ok(rows) }
}

fn workbook(bytes: &[u8]) -> Result<Vec<Vec<String>>, SheetError> {
    measure(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| SheetError::Unreadable)?;
    let name = book.sheet_names().first().cloned().ok_or(SheetError::Empty)?;
    // Cell by cell: a whole range would take memory for every cell that the sheet claims to have.
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| SheetError::Unreadable)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for _ in 0..MAX_CELLS {
        let Some(cell) = cells.next_cell().map_err(|_| SheetError::Unreadable)? else { break };
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            continue;
        }
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::SharedString(text) => clean(text),
            DataRef::String(text) => clean(text),
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => number.to_string(),
            DataRef::Bool(_) | DataRef::Error(_) | DataRef::DateTime(_) => continue,
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => clean(text),
        };
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        if rows[row].len() <= column {
            rows[row].resize(column + 1, String::new());
        }
        rows[row][column] = text;
    }
    Ok(rows)
}

/// Refuses what would take too much memory. The archive's own word for the size of its parts may be a lie, so that they are unpacked, and
/// nothing of them is kept.
fn measure(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Unreadable)?;
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| SheetError::Unreadable)?;
        let size = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| SheetError::Unreadable)?;
        left = left.checked_sub(size).ok_or(SheetError::Swollen)?;
    }
    Ok(())
}

fn separated(bytes: &[u8]) -> Result<Vec<Vec<String>>, SheetError> {
    let text = decoded(bytes)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).ok_or(SheetError::Empty)?;
    let between = [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|between| first.bytes().filter(|byte| byte == between).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(between)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().take(MAX_ROWS) {
        let record = record.map_err(|_| SheetError::Unreadable)?;
        rows.push(record.iter().take(MAX_COLUMNS).map(clean).collect());
    }
    Ok(rows)
}

/// Spreadsheets in China still write GBK.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let (text, _, faulty) = encoding_rs::GB18030.decode(bytes);
    if faulty { Err(SheetError::Encoding) } else { Ok(text) }
}

/// In one line and without what cannot be stored.
fn clean(cell: &str) -> String {
    let visible = cell.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let text: String = visible.take(MAX_CELL).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<&[&[&str]], SheetError>) {
        let read = rows(bytes);
        let expected = expected.map(|rows| {
            rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect()).collect::<Vec<Vec<_>>>()
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn text_is_split_by_what_stands_between_its_cells() {
        let expected: &[&[&str]] = &[&["型号", "数量"], &["P001", "20"]];
        check("型号,数量\nP001,20\n".as_bytes(), Ok(expected));
        check("\u{feff}型号;数量\r\n\r\nP001;20".as_bytes(), Ok(expected));
        check("型号\t数量\nP001\t20".as_bytes(), Ok(expected));
        let (gbk, ..) = encoding_rs::GB18030.encode("型号,数量\nP001,20");
        check(&gbk, Ok(expected));
        check(b"model,item\nP001,\"arm, large\"", Ok(&[&["model", "item"], &["P001", "arm, large"]]));
    }

    /// Five rows, and one cell at the last place that a sheet has.
    static LIST: &[u8] = include_bytes!("sheet/list.xlsx");

    #[test]
    fn a_workbook_is_read_where_it_has_something_to_say() {
        check(
            LIST,
            Ok(&[
                &["询价单"],
                &["序号", "型号", "品名", "数量"],
                &["1", "P001", "六轴工业机器人", "20"],
                &["2", "QG-E80", "电动夹爪", "4只"],
                &["3", "P03O", "接近开关", "500"],
            ]),
        );
        for length in 0..LIST.len() {
            let _ = rows(&LIST[..length]);
        }
    }

    #[test]
    fn a_workbook_that_swells_is_refused_before_it_is_read() {
        let packed = |parts: usize, bytes: usize| {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for number in 0..parts {
                let options = zip::write::SimpleFileOptions::default();
                archive.start_file(format!("xl/{number}.xml"), options).expect("a part");
                io::copy(&mut io::repeat(b' ').take(bytes as u64), &mut archive).expect("written");
            }
            archive.finish().expect("an archive").into_inner()
        };
        let mebibyte = 1 << 20;
        let swollen = packed(1, 200 * mebibyte);
        assert!(swollen.len() < 256 * 1024, "{} bytes", swollen.len());
        check(&swollen, Err(SheetError::Swollen));
        check(&packed(9, mebibyte), Err(SheetError::Swollen));
        check(&packed(7, mebibyte), Err(SheetError::Unreadable));
    }

    #[test]
    fn what_is_no_sheet_says_so() {
        check(b"", Err(SheetError::Empty));
        check(b" \n\n", Err(SheetError::Empty));
        check(b",,\n,", Err(SheetError::Empty));
        check(b"PK\x03\x04 not a workbook", Err(SheetError::Unreadable));
        check(&[0x81, 0x20, 0xff, 0xfe, 0xff], Err(SheetError::Encoding));
    }
}
