//! Where everything stands: text broken into lines, and pages of marks to be made, in points from the top left.

use skrifa::{
    FontRef, MetadataProvider,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

/// A colour in eight bits each.
pub(super) type Color = [u8; 3];

/// One mark on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// `y` is the base line.
    Text {
        x: f32,
        y: f32,
        size: f32,
        color: Color,
        strong: bool,
        text: String,
    },
    Line {
        x: f32,
        y: f32,
        width: f32,
        thickness: f32,
        color: Color,
    },
    Area {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        color: Color,
    },
    Logo {
        x: f32,
        y: f32,
        height: f32,
    },
    Seal {
        x: f32,
        y: f32,
        size: f32,
    },
}

/// Glyphs and their widths.
pub(super) struct Measure<'f> {
    characters: Charmap<'f>,
    widths: GlyphMetrics<'f>,
    units_per_em: f32,
}

impl<'f> Measure<'f> {
    pub(super) fn new(face: &FontRef<'f>) -> Self {
        let metrics = face.metrics(Size::unscaled(), LocationRef::default());
        Self {
            characters: face.charmap(),
            widths: face.glyph_metrics(Size::unscaled(), LocationRef::default()),
            units_per_em: f32::from(metrics.units_per_em.max(1)),
        }
    }

    /// The glyph (0: the font has none) and its width as a share of the font's size.
    pub(super) fn glyph(&self, character: char) -> (u32, f32) {
        let glyph = self.characters.map(character).unwrap_or_default();
        let width = self.widths.advance_width(glyph).unwrap_or(self.units_per_em);
        (glyph.to_u32(), width / self.units_per_em)
    }

    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|character| self.glyph(character).1).sum::<f32>() * size
    }

    /// The text in lines of at most `width`. Chinese breaks anywhere but before closing punctuation, other scripts between words; a word
    /// that is too long is cut.
    pub(super) fn lines(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            self.paragraph(paragraph, size, width, &mut lines);
        }
        lines
    }

    fn paragraph(&self, text: &str, size: f32, width: f32, lines: &mut Vec<String>) {
        let mut line = String::new();
        let mut used = 0.0;
        // Bytes of the line up to its last place to break, with the width that far.
        let mut place: Option<(usize, f32)> = None;
        for character in text.chars().filter(|character| !character.is_control()) {
            let wide = self.glyph(character).1 * size;
            if used + wide > width && !line.is_empty() && !is_closing(character) && character != ' ' {
                let (at, until) = place.take().unwrap_or((line.len(), used));
                let rest = line.split_off(at);
                lines.push(line.trim_end().to_owned());
                rest.trim_start().clone_into(&mut line);
                used = if line.is_empty() { 0.0 } else { used - until };
            }
            // Before a character that begins something, a line may end.
            if is_wide(character) && !is_closing(character) && !line.is_empty() {
                place = Some((line.len(), used));
            }
            line.push(character);
            used += wide;
            if character == ' ' || character == '-' || is_wide(character) {
                place = Some((line.len(), used));
            }
        }
        lines.push(line.trim_end().to_owned());
    }
}

fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

fn is_closing(character: char) -> bool {
    matches!(
        character,
        '，' | '。'
            | '；'
            | '：'
            | '、'
            | '）'
            | '》'
            | '”'
            | '！'
            | '？'
            | ')'
            | ','
            | '.'
            | ';'
            | ':'
            | '%'
    )
}
