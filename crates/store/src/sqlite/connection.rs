//! A connection that speaks the portable values.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use rusqlite::types::ValueRef;

use crate::{
    error::StoreError,
    value::{Columns, Param, Row, Value},
};

/// Prepared statements kept per connection: more than there are statements.
const STATEMENTS_KEPT: usize = 256;

/// `$1` is a *named* parameter here, numbered by its first occurrence: binding is by name.
const NAMES: [&str; 32] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16",
    "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28", "$29", "$30", "$31",
    "$32",
];

pub(crate) struct Connection {
    raw: rusqlite::Connection,
    /// By the address and length of the statement's text, which is static.
    shapes: Shapes,
}

type Shapes = HashMap<(usize, usize), Shape>;

/// What a statement takes and gives.
struct Shape {
    /// Where SQLite has each parameter, in the order of their numbers: it looks one up by its name alone.
    parameters: Box<[usize]>,
    columns: Columns,
}

impl Shape {
    fn of(statement: &rusqlite::Statement<'_>) -> Result<Self, StoreError> {
        let place = |name: &&str| match statement.parameter_index(name)? {
            Some(place) => Ok(place),
            None => Err(StoreError::driver(format!("the statement has no parameter {name}"))),
        };
        let taken = statement.parameter_count();
        let names = NAMES.get(..taken).ok_or_else(|| StoreError::driver("too many parameters"))?;
        let parameters = names.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Self { parameters, columns: statement.column_names().map(Box::from).collect() })
    }
}

impl Connection {
    pub(crate) fn new(raw: rusqlite::Connection) -> Self {
        raw.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        Self { raw, shapes: HashMap::new() }
    }

    pub(crate) fn raw(&self) -> &rusqlite::Connection {
        &self.raw
    }

    pub(crate) fn raw_mut(&mut self) -> &mut rusqlite::Connection {
        &mut self.raw
    }

    /// Whether a transaction stands. A full disk or an I/O error can roll it back behind our back.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.raw.is_autocommit()
    }

    pub(crate) fn query(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.raw.prepare_cached(sql)?;
        let shape = shape_of(&mut self.shapes, sql, &statement)?;
        bind(&mut statement, shape, params)?;
        let columns = &shape.columns;
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let values =
                (0..columns.len()).map(|index| read(row.get_ref(index)?)).collect::<Result<_, _>>()?;
            found.push(Row::new(Arc::clone(columns), values));
        }
        Ok(found)
    }

    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        let mut statement = self.raw.prepare_cached(sql)?;
        let shape = shape_of(&mut self.shapes, sql, &statement)?;
        bind(&mut statement, shape, params)?;
        Ok(statement.raw_execute()? as u64)
    }
}

/// The shape of a statement, found out at its first use.
fn shape_of<'s>(
    shapes: &'s mut Shapes,
    sql: &'static str,
    statement: &rusqlite::Statement<'_>,
) -> Result<&'s Shape, StoreError> {
    match shapes.entry((sql.as_ptr().addr(), sql.len())) {
        Entry::Occupied(known) => Ok(known.into_mut()),
        Entry::Vacant(new) => Ok(new.insert(Shape::of(statement)?)),
    }
}

fn bind(
    statement: &mut rusqlite::Statement<'_>,
    shape: &Shape,
    params: &[Param<'_>],
) -> Result<(), StoreError> {
    if shape.parameters.len() != params.len() {
        return Err(StoreError::driver(format!("{} values for another number of parameters", params.len())));
    }
    for (&place, param) in shape.parameters.iter().zip(params) {
        param.check()?;
        match param {
            Param::Null => statement.raw_bind_parameter(place, rusqlite::types::Null)?,
            Param::Integer(value) => statement.raw_bind_parameter(place, value)?,
            Param::Text(text) => statement.raw_bind_parameter(place, &**text)?,
            Param::Integers(_) | Param::Texts(_) => {
                return Err(StoreError::driver("lists are for PostgreSQL only"));
            }
        }
    }
    Ok(())
}

fn read(value: ValueRef<'_>) -> Result<Value, StoreError> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(value) => Ok(Value::Integer(value)),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(error) => Err(StoreError::corrupt(format!("a text that is not UTF-8: {error}"))),
        },
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(StoreError::corrupt("a value of an unknown type")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::params;

    #[test]
    fn parameters_are_bound_by_their_number_not_by_their_first_occurrence() {
        let mut connection = Connection::new(rusqlite::Connection::open_in_memory().unwrap());
        let rows = connection.query("SELECT $2 AS a, $1 AS b", params![1, 2]).unwrap();
        assert_eq!((rows[0].integer("a").unwrap(), rows[0].integer("b").unwrap()), (2, 1));
        assert!(connection.query("SELECT $1 AS a", params![1, 2]).is_err());
        assert!(connection.query("SELECT $1 AS a", params!["a\0b"]).is_err());
    }
}
