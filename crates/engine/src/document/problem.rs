//! What is wrong in a file, where, and how to mend it.

use std::fmt;

/// A file that problems may be reported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// Line and column count from 1, columns in code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub file: FileId,
    pub line: u32,
    pub column: u32,
}

impl Place {
    /// `columns` further right.
    #[must_use]
    pub fn shifted(self, columns: usize) -> Self {
        Self { column: self.column.saturating_add(u32::try_from(columns).unwrap_or(u32::MAX)), ..self }
    }
}

/// Warnings leave the file usable, errors do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
}

/// Written as `file:line:column: error: message`, with the help on a second line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub message: String,
    pub help: Option<String>,
}

impl Problem {
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}:{}:{}: {severity}: {}", self.file, self.line, self.column, self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

/// So many problems are kept; of the others only the number is told.
const KEPT: usize = 1_000;
/// For so many a better name is sought.
const WITH_SUGGESTION: usize = 100;

/// All problems found so far, over any number of files.
#[derive(Debug, Clone, Default)]
pub struct Problems {
    files: Vec<String>,
    kept: Vec<(Place, Problem)>,
    errors: usize,
    /// Number and last place of those that were not kept.
    dropped: Option<(usize, Place)>,
}

impl Problems {
    /// Names a file; places in it carry the id.
    pub fn add_file(&mut self, path: &str) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(path.to_owned());
        id
    }

    pub fn error(&mut self, place: Place, message: impl Into<String>) {
        self.add(Severity::Error, place, message.into(), None);
    }

    pub fn error_with_help(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.add(Severity::Error, place, message.into(), Some(help.into()));
    }

    pub fn warning(&mut self, place: Place, message: impl Into<String>, help: Option<String>) {
        self.add(Severity::Warning, place, message.into(), help);
    }

    pub fn add(&mut self, severity: Severity, place: Place, message: String, help: Option<String>) {
        if severity == Severity::Error {
            self.errors += 1;
        }
        if self.kept.len() >= KEPT {
            self.dropped = Some((self.dropped.map_or(1, |(count, _)| count + 1), place));
            return;
        }
        let file = self.file(place.file).to_owned();
        let problem = Problem { severity, file, line: place.line, column: place.column, message, help };
        self.kept.push((place, problem));
    }

    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Whether a suggestion is worth seeking: with very many problems it would cost more than all other reading.
    pub fn wants_suggestions(&self) -> bool {
        self.kept.len() < WITH_SUGGESTION
    }

    /// `file:line:column`, to name a second place in a message.
    pub fn describe(&self, place: Place) -> String {
        format!("{}:{}:{}", self.file(place.file), place.line, place.column)
    }

    /// All of them in the order of files, lines and columns.
    pub fn into_list(mut self) -> Vec<Problem> {
        self.kept.sort_by_key(|(place, _)| *place);
        if let Some((count, place)) = self.dropped {
            let problem = Problem {
                severity: if self.errors > 0 { Severity::Error } else { Severity::Warning },
                file: self.file(place.file).to_owned(),
                line: place.line,
                column: place.column,
                message: format!("and {count} further problems, the last one here"),
                help: Some("mend those above first".into()),
            };
            self.kept.push((place, problem));
        }
        self.kept.into_iter().map(|(_, problem)| problem).collect()
    }

    fn file(&self, id: FileId) -> &str {
        self.files.get(id.0 as usize).map_or("?", String::as_str)
    }
}
