//! A paper as PDF, on A4.

use desk::ports::RenderError;
use domain::quote::document::{Align, Block, Document, Entry};
use krilla::{
    color::rgb,
    geom::{PathBuilder, Point, Rect, Size, Transform},
    image::Image,
    metadata::Metadata,
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    text::{Font, GlyphId, KrillaGlyph},
};
use skrifa::FontRef;

use super::{
    Format, Picture, Pictures,
    font::Found,
    layout::{Color, Mark, Measure},
};

const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 42.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;
/// Nothing but the page number stands below this.
const BOTTOM: f32 = HEIGHT - MARGIN - 14.0;

const INK: Color = [28, 35, 33];
const SOFT: Color = [90, 102, 99];
const GREEN: Color = [11, 107, 83];
const RULE: Color = [205, 213, 210];
const SHADE: Color = [241, 245, 244];

const BODY: f32 = 9.0;
const SMALL: f32 = 8.0;
/// From one base line to the next, as a share of the size.
const LEADING: f32 = 1.5;
/// Between a cell's text and its border.
const PAD: f32 = 4.0;
/// Width of the labels of terms.
const LABEL: f32 = 92.0;
/// What the sums and their names take of the width, at the right.
const TOTALS: f32 = 220.0;
const LOGO_HEIGHT: f32 = 34.0;
const SEAL_SIZE: f32 = 110.0;

/// The paper as the bytes of a file.
pub(super) fn draw(document: &Document, found: &Found, pictures: &Pictures) -> Result<Vec<u8>, RenderError> {
    let failed = |what: &str| RenderError::Failed(what.to_owned());
    let face = FontRef::from_index(&found.data, found.index).map_err(|_| failed("the font is damaged"))?;
    let measure = Measure::new(&face);
    let mut setter = Setter { measure: &measure, pages: vec![Vec::new()], y: MARGIN };
    setter.paper(document, pictures);
    let pages = setter.finish();

    let font =
        Font::new(found.data.clone().into(), found.index).ok_or_else(|| failed("the font is damaged"))?;
    let pen = Pen {
        measure: &measure,
        font,
        logo: pictures.logo.as_ref().map(image).transpose()?,
        seal: pictures.seal.as_ref().map(image).transpose()?,
    };
    let mut file = krilla::Document::new();
    let title = format!("{} {}", document.title, document.file_name);
    file.set_metadata(
        Metadata::new().title(title).language(document.language.to_owned()).creator("Zhanggui".to_owned()),
    );
    for marks in &pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| failed("the page has no size"))?;
        let mut page = file.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            pen.draw(mark, &mut surface);
        }
        surface.finish();
        page.finish();
    }
    file.finish().map_err(|error| RenderError::Failed(error.to_string()))
}

fn image(picture: &Picture) -> Result<Image, RenderError> {
    let data = picture.bytes.clone().into();
    let image = match picture.format {
        Format::Png => Image::from_png(data, true),
        Format::Jpeg => Image::from_jpeg(data, true),
    };
    image.map_err(|error| RenderError::NotReady {
        what: format!("the picture {} cannot be read ({error})", picture.path.display()),
        mend: "save it anew as PNG".into(),
    })
}

/// Sets the paper from top to bottom, over as many pages as it takes.
struct Setter<'m> {
    measure: &'m Measure<'m>,
    pages: Vec<Vec<Mark>>,
    y: f32,
}

impl Setter<'_> {
    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    fn text(&mut self, x: f32, y: f32, size: f32, color: Color, text: &str) {
        self.mark(Mark::Text { x, y, size, color, strong: false, text: text.to_owned() });
    }

    fn strong(&mut self, x: f32, y: f32, size: f32, color: Color, text: &str) {
        self.mark(Mark::Text { x, y, size, color, strong: true, text: text.to_owned() });
    }

    /// Begins a new page where `height` does not fit any more; says whether it did.
    fn make_room(&mut self, height: f32) -> bool {
        let full = self.y + height > BOTTOM && self.y > MARGIN;
        if full {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
        full
    }

    fn paper(&mut self, document: &Document, pictures: &Pictures) {
        self.head(document, pictures);
        self.parties(document);
        self.table(document);
        self.totals(document);
        self.terms(&document.terms);
        for note in &document.notes {
            self.paragraph(note, SMALL, SOFT);
        }
        self.signature(document);
    }

    fn head(&mut self, document: &Document, pictures: &Pictures) {
        if pictures.logo.is_some() {
            self.mark(Mark::Logo { x: MARGIN, y: self.y, height: LOGO_HEIGHT });
            self.y += LOGO_HEIGHT + 6.0;
        }
        self.y += 11.0;
        self.strong(MARGIN, self.y, 11.0, GREEN, &document.heading);
        let title = 20.0;
        let at = WIDTH - MARGIN - self.measure.width(&document.title, title);
        self.strong(at, self.y + 6.0, title, INK, &document.title);
        self.y += 16.0;
        self.mark(Mark::Line { x: MARGIN, y: self.y, width: INNER, thickness: 1.4, color: GREEN });
        self.y += 16.0;
        let mut x = MARGIN;
        for entry in &document.particulars {
            let label = format!("{}  ", entry.label);
            let label_width = self.measure.width(&label, BODY);
            let width = label_width + self.measure.width(&entry.value, BODY) + 22.0;
            if x + width - 22.0 > WIDTH - MARGIN && x > MARGIN {
                x = MARGIN;
                self.y += BODY * LEADING;
            }
            self.text(x, self.y, BODY, SOFT, &label);
            self.text(x + label_width, self.y, BODY, INK, &entry.value);
            x += width;
        }
        self.y += 18.0;
    }

    fn parties(&mut self, document: &Document) {
        let width = (INNER - 20.0) / 2.0;
        let top = self.y;
        self.block(&document.seller, MARGIN, width);
        let left = self.y;
        self.y = top;
        self.block(&document.buyer, MARGIN + width + 20.0, width);
        self.y = self.y.max(left) + 10.0;
    }

    fn block(&mut self, block: &Block, x: f32, width: f32) {
        self.text(x, self.y, SMALL, SOFT, &block.title);
        self.y += 14.0;
        for line in self.measure.lines(&block.name, 10.5, width) {
            self.strong(x, self.y, 10.5, INK, &line);
            self.y += 10.5 * LEADING;
        }
        for Entry { label, value } in &block.entries {
            let label = format!("{label}  ");
            let indent = self.measure.width(&label, BODY);
            self.text(x, self.y, BODY, SOFT, &label);
            for line in self.measure.lines(value, BODY, (width - indent).max(60.0)) {
                self.text(x + indent, self.y, BODY, INK, &line);
                self.y += BODY * LEADING;
            }
        }
    }

    fn table(&mut self, document: &Document) {
        let widths: Vec<f32> = document
            .columns
            .iter()
            .map(|column| INNER * column.weight as f32 / Document::WIDTH as f32)
            .collect();
        let aligns: Vec<Align> = document.columns.iter().map(|column| column.align).collect();
        let titles: Vec<String> = document.columns.iter().map(|column| column.title.clone()).collect();
        self.row(&titles, &widths, &aligns, true);
        for cells in &document.rows {
            let texts: Vec<String> = cells.iter().map(|cell| cell.text.clone()).collect();
            if self.make_room(self.height_of(&texts, &widths)) {
                self.row(&titles, &widths, &aligns, true);
            }
            self.row(&texts, &widths, &aligns, false);
        }
    }

    fn height_of(&self, texts: &[String], widths: &[f32]) -> f32 {
        let lines = texts
            .iter()
            .zip(widths)
            .map(|(text, width)| self.measure.lines(text, SMALL, width - 2.0 * PAD).len());
        lines.max().unwrap_or(1) as f32 * SMALL * LEADING + 2.0 * PAD
    }

    fn row(&mut self, texts: &[String], widths: &[f32], aligns: &[Align], head: bool) {
        let height = self.height_of(texts, widths);
        if head {
            self.mark(Mark::Area { x: MARGIN, y: self.y, width: INNER, height, color: SHADE });
        }
        let mut x = MARGIN;
        for ((text, width), align) in texts.iter().zip(widths).zip(aligns) {
            let room = width - 2.0 * PAD;
            let mut y = self.y + PAD + SMALL;
            for line in self.measure.lines(text, SMALL, room) {
                let slack = (room - self.measure.width(&line, SMALL)).max(0.0);
                let shift = match align {
                    Align::Left => 0.0,
                    Align::Center => slack / 2.0,
                    Align::Right => slack,
                };
                self.text(x + PAD + shift, y, SMALL, if head { SOFT } else { INK }, &line);
                y += SMALL * LEADING;
            }
            x += width;
        }
        self.y += height;
        self.mark(Mark::Line { x: MARGIN, y: self.y, width: INNER, thickness: 0.5, color: RULE });
    }

    fn totals(&mut self, document: &Document) {
        self.make_room(document.totals.len().min(8) as f32 * 16.0 + 40.0);
        self.y += 14.0;
        let last = document.totals.len().saturating_sub(1);
        for (index, (label, cell)) in document.totals.iter().enumerate() {
            let size = if index == last { 11.0 } else { BODY };
            let amount = WIDTH - MARGIN - PAD - self.measure.width(&cell.text, size);
            let label_at = WIDTH - MARGIN - TOTALS;
            // A charge may have a long name, and the amount stands beside its first line.
            let lines = self.measure.lines(label, size, (amount - label_at - 2.0 * PAD).max(60.0));
            self.make_room(lines.len() as f32 * size * 1.6);
            if index == last {
                self.strong(amount, self.y, size, INK, &cell.text);
            } else {
                self.text(amount, self.y, size, INK, &cell.text);
            }
            for line in lines {
                if index == last {
                    self.strong(label_at, self.y, size, INK, &line);
                } else {
                    self.text(label_at, self.y, size, SOFT, &line);
                }
                self.y += size * 1.6;
            }
        }
        let words = format!("{}  {}", document.in_words.label, document.in_words.value);
        let lines = self.measure.lines(&words, BODY, INNER - 2.0 * PAD);
        let height = lines.len() as f32 * BODY * LEADING + 2.0 * PAD;
        self.mark(Mark::Area { x: MARGIN, y: self.y - 4.0, width: INNER, height, color: SHADE });
        for line in lines {
            let at = WIDTH - MARGIN - PAD - self.measure.width(&line, BODY);
            self.text(at, self.y - 4.0 + PAD + BODY, BODY, INK, &line);
            self.y += BODY * LEADING;
        }
        self.y += 20.0;
    }

    fn terms(&mut self, terms: &[Entry]) {
        for Entry { label, value } in terms {
            let lines = self.measure.lines(value, BODY, INNER - LABEL);
            self.make_room(lines.len() as f32 * BODY * LEADING + 6.0);
            self.text(MARGIN, self.y + BODY, BODY, SOFT, label);
            for line in lines {
                self.text(MARGIN + LABEL, self.y + BODY, BODY, INK, &line);
                self.y += BODY * LEADING;
            }
            self.y += 3.0;
            self.mark(Mark::Line { x: MARGIN, y: self.y, width: INNER, thickness: 0.4, color: RULE });
            self.y += 3.0;
        }
        self.y += 6.0;
    }

    fn paragraph(&mut self, text: &str, size: f32, color: Color) {
        for line in self.measure.lines(text, size, INNER) {
            self.make_room(size * LEADING);
            self.text(MARGIN, self.y + size, size, color, &line);
            self.y += size * LEADING;
        }
    }

    fn signature(&mut self, document: &Document) {
        self.make_room(SEAL_SIZE + 20.0);
        self.y += 18.0;
        let x = WIDTH - MARGIN - 210.0;
        if document.sealed {
            self.mark(Mark::Seal { x: x + 50.0, y: self.y - 6.0, size: SEAL_SIZE });
        }
        self.text(x, self.y + BODY, BODY, SOFT, &document.signature);
        self.y += BODY * LEADING + 6.0;
        for line in self.measure.lines(&document.heading, 10.0, 210.0) {
            self.strong(x, self.y + 10.0, 10.0, INK, &line);
            self.y += 10.0 * LEADING;
        }
    }

    /// The pages with their numbers.
    fn finish(mut self) -> Vec<Vec<Mark>> {
        let count = self.pages.len();
        if count > 1 {
            for (index, page) in self.pages.iter_mut().enumerate() {
                let text = format!("{} / {count}", index + 1);
                let x = (WIDTH - self.measure.width(&text, SMALL)) / 2.0;
                page.push(Mark::Text {
                    x,
                    y: HEIGHT - MARGIN,
                    size: SMALL,
                    color: SOFT,
                    strong: false,
                    text,
                });
            }
        }
        self.pages
    }
}

/// Makes the marks.
struct Pen<'m> {
    measure: &'m Measure<'m>,
    font: Font,
    logo: Option<Image>,
    seal: Option<Image>,
}

impl Pen<'_> {
    fn draw(&self, mark: &Mark, surface: &mut Surface<'_>) {
        match mark {
            Mark::Text { x, y, size, color, strong, text } => {
                surface.set_fill(Some(fill(*color)));
                // A face of its own for a few words would double the file.
                surface.set_stroke(strong.then(|| stroke(*color, size * 0.035)));
                self.write(Point::from_xy(*x, *y), *size, text, surface);
                surface.set_stroke(None);
            }
            Mark::Line { x, y, width, thickness, color } => area(*x, *y, *width, *thickness, *color, surface),
            Mark::Area { x, y, width, height, color } => area(*x, *y, *width, *height, *color, surface),
            Mark::Logo { x, y, height } => {
                if let Some(image) = &self.logo {
                    place(image, *x, *y, INNER, *height, surface);
                }
            }
            Mark::Seal { x, y, size } => {
                if let Some(image) = &self.seal {
                    place(image, *x, *y, *size, *size, surface);
                }
            }
        }
    }

    fn write(&self, at: Point, size: f32, text: &str, surface: &mut Surface<'_>) {
        let glyphs: Vec<KrillaGlyph> = text
            .char_indices()
            .map(|(start, character)| {
                let (glyph, width) = self.measure.glyph(character);
                let range = start..start + character.len_utf8();
                KrillaGlyph::new(GlyphId::new(glyph), width, 0.0, 0.0, 0.0, range, None)
            })
            .collect();
        if !glyphs.is_empty() {
            surface.draw_glyphs(at, &glyphs, self.font.clone(), text, size, false);
        }
    }
}

fn paint(color: Color) -> rgb::Color {
    let [red, green, blue] = color;
    rgb::Color::new(red, green, blue)
}

fn fill(color: Color) -> Fill {
    Fill { paint: paint(color).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn stroke(color: Color, width: f32) -> Stroke {
    Stroke { paint: paint(color).into(), width, ..Stroke::default() }
}

fn area(x: f32, y: f32, width: f32, height: f32, color: Color, surface: &mut Surface<'_>) {
    let mut builder = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
        builder.push_rect(rect);
    }
    if let Some(path) = builder.finish() {
        surface.set_fill(Some(fill(color)));
        surface.set_stroke(None);
        surface.draw_path(&path);
    }
}

/// Within `width` and `height`, keeping its proportions.
fn place(image: &Image, x: f32, y: f32, width: f32, height: f32, surface: &mut Surface<'_>) {
    let (pixels_wide, pixels_high) = image.size();
    if pixels_wide == 0 || pixels_high == 0 {
        return;
    }
    let scale = (width / pixels_wide as f32).min(height / pixels_high as f32);
    let size = Size::from_wh(pixels_wide as f32 * scale, pixels_high as f32 * scale);
    if let Some(size) = size {
        surface.push_transform(&Transform::from_translate(x, y));
        surface.draw_image(image.clone(), size);
        surface.pop();
    }
}
