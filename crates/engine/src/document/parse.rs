//! Text to tree, within limits that no file can break.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};

use super::{Entry, FileId, Node, Place, Problems, Scalar, Style, Value, shown};

/// The largest file that is read.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// How deep lists and mappings may stand in each other.
pub const MAX_DEPTH: usize = 64;
/// How many values a file may hold, aliases counted each time they are used.
pub const MAX_NODES: usize = 400_000;
/// How much text a file may hold once its aliases are written out.
const MAX_TEXT: usize = 2 * MAX_BYTES;

/// Reads one YAML document. `None` where the text could not be read as such; the problems say why. A file without any value is an
/// empty mapping.
pub fn parse(path: &str, bytes: &[u8], problems: &mut Problems) -> Option<Node> {
    let file = problems.add_file(path);
    let start = Place { file, line: 1, column: 1 };
    if bytes.len() > MAX_BYTES {
        let message = format!("the file has {} bytes; at most {MAX_BYTES} are read", bytes.len());
        problems.error_with_help(start, message, "split it into several files");
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let offset = error.valid_up_to();
            let place = place_after(file, &String::from_utf8_lossy(&bytes[..offset]));
            let message = format!("the file is not UTF-8: a wrong byte at offset {offset}");
            problems.error_with_help(place, message, "save it with the encoding UTF-8");
            return None;
        }
    };
    // The scanner takes U+0000 for the end of its input: what follows would be lost without a word.
    if let Some(offset) = text.find('\0') {
        problems.error(place_after(file, &text[..offset]), "a zero byte stands in the file");
        return None;
    }
    let mut builder = Builder {
        file,
        problems,
        frames: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        text: 0,
        root: None,
    };
    builder.run(text).ok()?;
    Some(builder.root.unwrap_or_else(|| Node::mapping(Vec::new(), start)))
}

/// The place right behind `text`.
fn place_after(file: FileId, text: &str) -> Place {
    let line = text.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Place { file, line: number(line), column: number(column) }
}

/// Reading cannot go on; the problem is noted.
struct Stop;

/// A list or mapping that is not closed yet.
enum Frame {
    Sequence { place: Place, anchor: usize, items: Vec<Node> },
    Mapping { place: Place, anchor: usize, entries: Vec<Entry>, key: Option<(String, Place)> },
}

/// What an alias stands for, and what it costs to write it out.
struct Anchor {
    node: Node,
    size: Size,
}

#[derive(Clone, Copy)]
struct Size {
    nodes: usize,
    text: usize,
    depth: usize,
}

struct Builder<'p> {
    file: FileId,
    problems: &'p mut Problems,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Anchor>,
    nodes: usize,
    text: usize,
    root: Option<Node>,
}

impl Builder<'_> {
    fn run(&mut self, text: &str) -> Result<(), Stop> {
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| {
                let place = self.place(*error.marker());
                // The scanner's own limit, met when it looks far ahead.
                if error.info() == "recursion limit exceeded" {
                    return self.too_deep(place);
                }
                let message = format!("this is not valid YAML: {}", error.info());
                self.problems.error_with_help(place, message, syntax_help(text, place));
                Stop
            })?;
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    let place = self.place(span.start);
                    let message = "a second document begins here; a file holds one";
                    self.problems.error_with_help(place, message, "remove the `---` or split the file");
                    return Err(Stop);
                }
            }
            self.take(event, span)?;
        }
        Ok(())
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Stop> {
        let place = self.place(span.start);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let style = if self.is_text_tag(tag.as_deref(), place) { Style::Quoted } else { style };
                self.spend(1, text.len(), place)?;
                let inset = match style {
                    Style::Plain if span.len() == text.chars().count() => Some(0),
                    Style::Quoted if span.len() == text.chars().count() + 2 => Some(1),
                    _ => None,
                };
                let scalar = Scalar { text: text.into_owned(), style, inset };
                self.finish(Node { value: Value::Scalar(scalar), place }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.is_text_tag(tag.as_deref(), place);
                self.open(Frame::Sequence { place, anchor, items: Vec::new() }, place)
            }
            Event::MappingStart(anchor, tag) => {
                self.is_text_tag(tag.as_deref(), place);
                self.open(Frame::Mapping { place, anchor, entries: Vec::new(), key: None }, place)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.frames.pop() {
                Some(Frame::Sequence { place, anchor, items }) => {
                    self.finish(Node { value: Value::Sequence(items), place }, anchor)
                }
                Some(Frame::Mapping { place, anchor, entries, .. }) => {
                    let entries = self.without_duplicates(entries);
                    self.finish(Node { value: Value::Mapping(entries), place }, anchor)
                }
                None => Ok(()),
            },
            Event::Alias(id) => {
                let Some(anchor) = self.anchors.get(&id) else {
                    self.problems.error(place, "this alias stands within the value that it names");
                    return Err(Stop);
                };
                let size = anchor.size;
                if self.frames.len() + size.depth > MAX_DEPTH {
                    return Err(self.too_deep(place));
                }
                // Spent before it is copied, so that a bomb costs nothing.
                self.spend(size.nodes, size.text, place)?;
                let node = self.anchors.get(&id).map(|anchor| anchor.node.clone());
                node.map_or(Ok(()), |node| self.finish(Node { place, ..node }, 0))
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(&mut self, frame: Frame, place: Place) -> Result<(), Stop> {
        if let Some(Frame::Mapping { key: None, .. }) = self.frames.last() {
            let message = "a key must be plain text";
            self.problems.error_with_help(place, message, "put quotes around a text that begins with { or [");
            return Err(Stop);
        }
        if self.frames.len() >= MAX_DEPTH {
            return Err(self.too_deep(place));
        }
        self.spend(1, 0, place)?;
        self.frames.push(frame);
        Ok(())
    }

    /// Hangs a complete value into what is open.
    fn finish(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        if anchor > 0 {
            let size = size_of(&node);
            self.spend(size.nodes, size.text, node.place)?;
            self.anchors.insert(anchor, Anchor { node: node.clone(), size });
        }
        match self.frames.last_mut() {
            None => self.root = Some(node),
            Some(Frame::Sequence { items, .. }) => items.push(node),
            Some(Frame::Mapping { entries, key, .. }) => match (key.take(), node.value) {
                (Some((key, place)), value) => {
                    entries.push(Entry { key, place, value: Node { value, place: node.place } });
                }
                (None, Value::Scalar(scalar)) => *key = Some((scalar.text, node.place)),
                (None, _) => {
                    self.problems.error(node.place, "a key must be plain text");
                    return Err(Stop);
                }
            },
        }
        Ok(())
    }

    fn without_duplicates(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut first: HashMap<String, Place> = HashMap::with_capacity(entries.len());
        let mut kept = Vec::with_capacity(entries.len());
        for entry in entries {
            if let Some(&before) = first.get(&entry.key) {
                let message = format!(
                    "the key `{}` stands here twice; first in line {}",
                    shown(&entry.key),
                    before.line
                );
                self.problems.error_with_help(entry.place, message, "remove one of them");
            } else {
                first.insert(entry.key.clone(), entry.place);
                kept.push(entry);
            }
        }
        kept
    }

    /// Whether the tag says "text". All others but the core ones are refused: nothing here gives them a meaning.
    fn is_text_tag(&mut self, tag: Option<&Tag>, place: Place) -> bool {
        let Some(tag) = tag else { return false };
        if !tag.is_yaml_core_schema() || tag.suffix == "binary" {
            self.problems.error_with_help(
                place,
                "tags are not understood here",
                "remove the part that begins with `!`",
            );
        }
        tag.is_yaml_core_schema() && tag.suffix == "str"
    }

    fn spend(&mut self, nodes: usize, text: usize, place: Place) -> Result<(), Stop> {
        self.nodes = self.nodes.saturating_add(nodes);
        self.text = self.text.saturating_add(text);
        let message = if self.nodes > MAX_NODES {
            format!("the file holds more than {MAX_NODES} values, aliases counted each time")
        } else if self.text > MAX_TEXT {
            format!("the file holds more than {MAX_TEXT} bytes of text, aliases counted each time")
        } else {
            return Ok(());
        };
        self.problems.error_with_help(place, message, "split it into several files, or use fewer aliases");
        Err(Stop)
    }

    fn too_deep(&mut self, place: Place) -> Stop {
        self.problems.error(place, format!("values stand more than {MAX_DEPTH} levels deep in each other"));
        Stop
    }

    fn place(&self, marker: Marker) -> Place {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place {
            file: self.file,
            line: number(marker.line()).max(1),
            column: number(marker.col()).saturating_add(1),
        }
    }
}

fn size_of(node: &Node) -> Size {
    let (mut size, children): (Size, Vec<Size>) = match &node.value {
        Value::Scalar(scalar) => return Size { nodes: 1, text: scalar.text.len(), depth: 0 },
        Value::Sequence(items) => (Size { nodes: 1, text: 0, depth: 0 }, items.iter().map(size_of).collect()),
        Value::Mapping(entries) => (
            Size {
                nodes: 1 + entries.len(),
                text: entries.iter().map(|entry| entry.key.len()).sum(),
                depth: 0,
            },
            entries.iter().map(|entry| size_of(&entry.value)).collect(),
        ),
    };
    for child in children {
        size.nodes += child.nodes;
        size.text += child.text;
        size.depth = size.depth.max(child.depth);
    }
    Size { depth: size.depth + 1, ..size }
}

/// The usual causes, told by the line itself.
fn syntax_help(text: &str, place: Place) -> &'static str {
    let line = text.lines().nth(place.line.saturating_sub(1) as usize).unwrap_or_default();
    let indentation = &line[..line.len() - line.trim_start().len()];
    let open_before = text.lines().take(place.line.saturating_sub(1) as usize).flat_map(str::chars).fold(
        0_i64,
        |open, character| match character {
            '[' | '{' => open + 1,
            ']' | '}' => open - 1,
            _ => open,
        },
    );
    if indentation.contains('\t') {
        "indent with spaces, never with tabs"
    } else if open_before > 0 {
        "a bracket [ or { is not closed before this line"
    } else if line.contains(": {") || line.contains(": [") {
        "check that brackets close and that a text with { [ : or # stands in quotes"
    } else {
        "check indentation, quotes and the space after each colon, here and in the line before"
    }
}
