//! A paper as a spreadsheet: the same words, with amounts as numbers that can be counted on. Texts of others are written as texts,
//! never as formulas.

use desk::ports::RenderError;
use domain::quote::document::{Align, Block, Cell, Document, Entry, Scaled};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Image, Workbook, Worksheet, XlsxError};

use super::{Picture, Pictures};

/// Width of the whole table, in characters.
const WIDTH: f64 = 110.0;
/// Height of one line of text, in points.
const LINE: f64 = 16.0;
const LOGO_PIXELS: f64 = 46.0;
const SEAL_PIXELS: f64 = 150.0;
const GREEN: u32 = 0x000B_6B53;
const SHADE: u32 = 0x00F1_F5F4;
const SOFT: u32 = 0x005A_6663;

/// The paper as the bytes of a file.
pub(super) fn write(document: &Document, pictures: &Pictures) -> Result<Vec<u8>, RenderError> {
    let failed = |error: XlsxError| RenderError::Failed(error.to_string());
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet(), document, pictures).map_err(failed)?;
    workbook.save_to_buffer().map_err(failed)
}

fn fill(sheet: &mut Worksheet, document: &Document, pictures: &Pictures) -> Result<(), XlsxError> {
    // Letters, digits and hyphens: what a sheet may be called.
    let name: String = document.file_name.chars().take(31).collect();
    sheet.set_name(name)?;
    sheet.set_screen_gridlines(false);
    sheet.set_paper_size(9);
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    for (index, column) in (0_u16..).zip(&document.columns) {
        sheet.set_column_width(index, WIDTH * f64::from(column.weight) / f64::from(Document::WIDTH))?;
    }
    let mut writer = Writer { sheet, document, row: 0, last: last_of(document.columns.len()) };
    writer.paper(pictures)
}

fn last_of(columns: usize) -> u16 {
    u16::try_from(columns.max(2) - 1).unwrap_or(u16::MAX)
}

struct Writer<'s> {
    sheet: &'s mut Worksheet,
    document: &'s Document,
    row: u32,
    /// The last column of the table.
    last: u16,
}

impl Writer<'_> {
    fn paper(&mut self, pictures: &Pictures) -> Result<(), XlsxError> {
        let document = self.document;
        if let Some(logo) = &pictures.logo {
            self.picture(logo, 0, LOGO_PIXELS * 6.0, LOGO_PIXELS)?;
            self.sheet.set_row_height(self.row, LOGO_PIXELS * 0.8)?;
            self.row += 1;
        }
        let heading = Format::new().set_bold().set_font_color(GREEN).set_font_size(13.0);
        self.across(&document.heading, &heading, 1.3)?;
        let title = Format::new().set_bold().set_font_size(20.0).set_align(FormatAlign::Center);
        self.across(&document.title, &title, 2.0)?;
        let line = document.particulars.iter().map(|entry| format!("{}: {}", entry.label, entry.value));
        let line = line.collect::<Vec<_>>().join("     ");
        self.across(&line, &Format::new().set_font_color(SOFT).set_align(FormatAlign::Center), 1.2)?;
        self.row += 1;
        self.parties()?;
        self.row += 1;
        self.table()?;
        self.totals()?;
        self.row += 1;
        for entry in &document.terms {
            self.term(entry)?;
        }
        for note in &document.notes {
            self.across(note, &Format::new().set_font_color(SOFT).set_text_wrap(), 1.0)?;
        }
        self.row += 1;
        let signed = format!("{}  {}", document.signature, document.heading);
        self.across(&signed, &Format::new().set_align(FormatAlign::Right), 1.2)?;
        if let Some(seal) = pictures.seal.as_ref().filter(|_| document.sealed) {
            self.row = self.row.saturating_sub(2);
            self.picture(seal, self.last.saturating_sub(1), SEAL_PIXELS, SEAL_PIXELS)?;
        }
        Ok(())
    }

    fn picture(&mut self, picture: &Picture, column: u16, width: f64, height: f64) -> Result<(), XlsxError> {
        let image = Image::new_from_buffer(&picture.bytes)?.set_scale_to_size(width, height, true);
        self.sheet.insert_image(self.row, column, &image).map(drop)
    }

    /// One text over all columns.
    fn across(&mut self, text: &str, format: &Format, lines: f64) -> Result<(), XlsxError> {
        self.sheet.merge_range(self.row, 0, self.row, self.last, text, format)?;
        let needed = lines_of(text, WIDTH).max(1.0) * lines;
        self.sheet.set_row_height(self.row, LINE * needed)?;
        self.row += 1;
        Ok(())
    }

    /// Both parties side by side.
    fn parties(&mut self) -> Result<(), XlsxError> {
        let half = self.last / 2;
        let text = |block: &Block| {
            let entries = block.entries.iter().map(|entry| format!("\n{}: {}", entry.label, entry.value));
            format!("{}\n{}{}", block.title, block.name, entries.collect::<String>())
        };
        let format = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
        let (seller, buyer) = (text(&self.document.seller), text(&self.document.buyer));
        self.sheet.merge_range(self.row, 0, self.row, half, &seller, &format)?;
        if half + 1 < self.last {
            self.sheet.merge_range(self.row, half + 1, self.row, self.last, &buyer, &format)?;
        } else {
            self.sheet.write_string_with_format(self.row, self.last, buyer.as_str(), &format)?;
        }
        let lines = lines_of(&seller, WIDTH / 2.0).max(lines_of(&buyer, WIDTH / 2.0));
        self.sheet.set_row_height(self.row, LINE * (lines + 0.5))?;
        self.row += 1;
        Ok(())
    }

    fn table(&mut self) -> Result<(), XlsxError> {
        let document = self.document;
        let head = Format::new()
            .set_bold()
            .set_background_color(SHADE)
            .set_border(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter);
        for (index, column) in (0_u16..).zip(&document.columns) {
            self.sheet.write_string_with_format(self.row, index, column.title.as_str(), &head)?;
        }
        self.sheet.set_row_height(self.row, LINE * 2.0)?;
        self.row += 1;
        for cells in &document.rows {
            let mut lines = 1.0_f64;
            for ((index, column), cell) in (0_u16..).zip(&document.columns).zip(cells) {
                let format = Format::new()
                    .set_border(FormatBorder::Thin)
                    .set_text_wrap()
                    .set_align(align(column.align))
                    .set_align(FormatAlign::VerticalCenter);
                self.cell(index, cell, format)?;
                let width = WIDTH * f64::from(column.weight) / f64::from(Document::WIDTH);
                lines = lines.max(lines_of(&cell.text, width));
            }
            self.sheet.set_row_height(self.row, LINE * (lines + 0.4))?;
            self.row += 1;
        }
        Ok(())
    }

    fn cell(&mut self, column: u16, cell: &Cell, format: Format) -> Result<(), XlsxError> {
        match cell.number {
            Some(Scaled { value, digits, shown }) => {
                let pattern = match shown {
                    0 => "#,##0".to_owned(),
                    shown => format!("#,##0.{}", "0".repeat(shown as usize)),
                };
                // A spreadsheet knows nothing but floating point; it shows the exact decimal again.
                let number = value as f64 / 10_f64.powi(digits as i32);
                let format = format.set_num_format(pattern);
                self.sheet.write_number_with_format(self.row, column, number, &format)?;
            }
            None => {
                self.sheet.write_string_with_format(self.row, column, cell.text.as_str(), &format)?;
            }
        }
        Ok(())
    }

    fn totals(&mut self) -> Result<(), XlsxError> {
        let document = self.document;
        for (index, (label, cell)) in document.totals.iter().enumerate() {
            let mut format = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Right);
            if index + 1 == document.totals.len() {
                format = format.set_bold();
            }
            self.sheet.merge_range(self.row, 0, self.row, self.last - 1, label, &format)?;
            self.cell(self.last, cell, format)?;
            self.sheet.set_row_height(self.row, LINE * 1.2)?;
            self.row += 1;
        }
        let words = format!("{}: {}", document.in_words.label, document.in_words.value);
        let format = Format::new().set_bold().set_border(FormatBorder::Thin).set_text_wrap();
        self.across(&words, &format.set_background_color(SHADE), 1.2)
    }

    fn term(&mut self, entry: &Entry) -> Result<(), XlsxError> {
        let label = Format::new().set_font_color(SOFT).set_align(FormatAlign::Top);
        let value = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let columns = &self.document.columns;
        // The label takes the first two columns, where there are enough of them.
        let from = if self.last > 2 { 2 } else { 1 };
        if from == 2 {
            self.sheet.merge_range(self.row, 0, self.row, 1, &entry.label, &label)?;
        } else {
            self.sheet.write_string_with_format(self.row, 0, entry.label.as_str(), &label)?;
        }
        if from < self.last {
            self.sheet.merge_range(self.row, from, self.row, self.last, &entry.value, &value)?;
        } else {
            self.sheet.write_string_with_format(self.row, from, entry.value.as_str(), &value)?;
        }
        let weight: u32 = columns.iter().skip(usize::from(from)).map(|column| column.weight).sum();
        let width = WIDTH * f64::from(weight.max(10)) / f64::from(Document::WIDTH);
        self.sheet.set_row_height(self.row, LINE * lines_of(&entry.value, width).max(1.0))?;
        self.row += 1;
        Ok(())
    }
}

const fn align(align: Align) -> FormatAlign {
    match align {
        Align::Left => FormatAlign::Left,
        Align::Center => FormatAlign::Center,
        Align::Right => FormatAlign::Right,
    }
}

/// About how many lines a text takes in a column of so many characters; a Chinese one is two wide.
fn lines_of(text: &str, width: f64) -> f64 {
    let lines = text.split('\n').map(|line| {
        let wide: f64 = line.chars().map(|character| if character.is_ascii() { 1.1 } else { 2.1 }).sum();
        (wide / width.max(1.0)).ceil().max(1.0)
    });
    lines.sum()
}
