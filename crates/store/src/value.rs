//! Values on their way into and out of a statement: null, integer, text.
//!
//! Ids, enums and JSON are text; times are milliseconds, money minor units, booleans 0 or 1. No column holds anything else.

use std::{borrow::Cow, fmt::Display, str::FromStr, sync::Arc};

use domain::{Timestamp, id};
use serde::de::DeserializeOwned;

use crate::error::{Rejection, StoreError};

/// A value for a placeholder. The list forms are for PostgreSQL's `UNNEST` only.
#[derive(Debug, Clone)]
pub(crate) enum Param<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
    Integers(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
}

impl Param<'_> {
    pub(crate) fn into_owned(self) -> Param<'static> {
        match self {
            Self::Null => Param::Null,
            Self::Integer(value) => Param::Integer(value),
            Self::Text(text) => Param::Text(Cow::Owned(text.into_owned())),
            Self::Integers(values) => Param::Integers(values),
            Self::Texts(values) => Param::Texts(values),
        }
    }

    /// Refuses U+0000, which one of the two databases cannot keep.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let clean = match self {
            Self::Null | Self::Integer(_) | Self::Integers(_) => true,
            Self::Text(text) => !text.contains('\0'),
            Self::Texts(texts) => !texts.iter().flatten().any(|text| text.contains('\0')),
        };
        if clean { Ok(()) } else { Err(Rejection::NulCharacter.into()) }
    }
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<Timestamp> for Param<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Integer(value.millis())
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a Option<String>> for Param<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().map_or(Self::Null, |text| Self::Text(Cow::Borrowed(text)))
    }
}

impl From<String> for Param<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<T: Into<Self>> From<Option<T>> for Param<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! ids {
    ($($name:ident)*) => {$(
        impl From<id::$name> for Param<'_> {
            fn from(value: id::$name) -> Self {
                Self::Text(Cow::Owned(value.to_string()))
            }
        }
    )*};
}

ids! { AgentId ApprovalId CompanyId ContactId ConversationId EventId IdentityId InboxId LeadId MessageId OrderId OutboxId PromiseId QuoteId SuggestionId TokenId TurnId }

/// The values of `$1`, `$2` … in order.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::value::Param::from($value)),*]
    };
}
pub(crate) use params;

/// A value of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
}

/// The names of a result's columns, shared by its rows.
pub(crate) type Columns = Arc<[Box<str>]>;

/// One row of a result. The getters name the column where they fail.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    columns: Columns,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(columns: Columns, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// The parts of a joined row, each a row of its own; together they have all of its columns in order.
    pub(crate) fn split<const N: usize>(self, parts: [&Columns; N]) -> [Self; N] {
        let mut values = self.values.into_iter();
        parts.map(|columns| Self {
            columns: Arc::clone(columns),
            values: values.by_ref().take(columns.len()).collect(),
        })
    }

    pub(crate) fn is_null(&self, column: &str) -> Result<bool, StoreError> {
        Ok(*self.value(column)? == Value::Null)
    }

    fn value(&self, column: &str) -> Result<&Value, StoreError> {
        self.columns
            .iter()
            .position(|name| &**name == column)
            .and_then(|index| self.values.get(index))
            .ok_or_else(|| StoreError::driver(format!("the result has no column `{column}`")))
    }

    pub(crate) fn integer(&self, column: &str) -> Result<i64, StoreError> {
        self.optional_integer(column)?.ok_or_else(|| missing(column))
    }

    pub(crate) fn optional_integer(&self, column: &str) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            Value::Integer(value) => Ok(Some(*value)),
            Value::Null => Ok(None),
            Value::Text(text) => Err(unreadable(column, text)),
        }
    }

    pub(crate) fn flag(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.integer(column)? != 0)
    }

    pub(crate) fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        Ok(Timestamp::from_millis(self.integer(column)?))
    }

    pub(crate) fn optional_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.optional_integer(column)?.map(Timestamp::from_millis))
    }

    pub(crate) fn optional_str(&self, column: &str) -> Result<Option<&str>, StoreError> {
        match self.value(column)? {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            Value::Integer(value) => Err(unreadable(column, value)),
        }
    }

    pub(crate) fn str(&self, column: &str) -> Result<&str, StoreError> {
        self.optional_str(column)?.ok_or_else(|| missing(column))
    }

    pub(crate) fn text(&self, column: &str) -> Result<String, StoreError> {
        self.str(column).map(str::to_owned)
    }

    pub(crate) fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.optional_str(column)?.map(str::to_owned))
    }

    /// An id.
    pub(crate) fn id<T: FromStr>(&self, column: &str) -> Result<T, StoreError> {
        let text = self.str(column)?;
        text.parse().map_err(|_| unreadable(column, text))
    }

    pub(crate) fn optional_id<T: FromStr>(&self, column: &str) -> Result<Option<T>, StoreError> {
        let text = self.optional_str(column)?;
        text.map(|text| text.parse().map_err(|_| unreadable(column, text))).transpose()
    }

    /// An enum by its name.
    pub(crate) fn named<T>(&self, column: &str, from: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let text = self.str(column)?;
        from(text).ok_or_else(|| unreadable(column, text))
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        serde_json::from_str(self.str(column)?)
            .map_err(|error| StoreError::corrupt(format!("column `{column}`: {error}")))
    }
}

fn missing(column: &str) -> StoreError {
    StoreError::corrupt(format!("column `{column}` is empty"))
}

fn unreadable(column: &str, value: &(impl Display + ?Sized)) -> StoreError {
    let shown: String = value.to_string().chars().take(64).collect();
    StoreError::corrupt(format!("column `{column}` holds `{shown}`"))
}

/// The stored form of a value that is kept as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::corrupt(format!("cannot be stored as JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joined_row_is_split_where_its_parts_meet() {
        let names = |names: &[&str]| -> Columns { names.iter().map(|&name| Box::from(name)).collect() };
        let (joined, left, right) = (names(&["id", "id", "seq"]), names(&["id"]), names(&["id", "seq"]));
        let row = Row::new(joined, vec![Value::Integer(1), Value::Null, Value::Integer(3)]);
        let [left, right] = row.split([&left, &right]);
        assert_eq!(left.integer("id").unwrap(), 1);
        assert!(right.is_null("id").unwrap());
        assert_eq!(right.integer("seq").unwrap(), 3);
    }

    #[test]
    fn a_getter_names_the_column_that_it_cannot_read() {
        let columns: Columns = Arc::from([Box::from("owner"), Box::from("seq")]);
        let row = Row::new(columns, vec![Value::Text("nobody".into()), Value::Null]);
        let shown = |error: StoreError| error.to_string();
        assert!(
            row.named::<()>("owner", |_| None).map_err(shown).unwrap_err().contains("`owner` holds `nobody`")
        );
        assert!(row.integer("seq").map_err(shown).unwrap_err().contains("`seq` is empty"));
        assert_eq!(row.optional_integer("seq").unwrap(), None);
        assert!(row.text("absent").is_err());
    }
}
