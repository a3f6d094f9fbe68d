//! What fits into a column: `wpdb::process_fields()` and its kin, wp-includes/class-wpdb.php. Checked: 6.1.9, 6.6.7, 6.9.7,
//! 7.1.
//!
//! WordPress asks the server for the columns (`SHOW FULL COLUMNS`), then cuts each text to its column's length and drops
//! what its column's charset cannot hold. If that changes anything, the row is refused as a whole.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::wordpress::db::{Conn, DbError};

/// The text columns of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `comment_author`
    Author,
    /// `comment_author_url`
    AuthorUrl,
    /// `comment_author_IP`
    AuthorIp,
    /// `comment_content`
    Content,
    /// `comment_approved`
    Approved,
    /// `comment_agent`
    Agent,
    /// `comment_type`
    Type,
}

impl Field {
    /// The column's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Author => "comment_author",
            Self::AuthorUrl => "comment_author_url",
            Self::AuthorIp => "comment_author_IP",
            Self::Content => "comment_content",
            Self::Approved => "comment_approved",
            Self::Agent => "comment_agent",
            Self::Type => "comment_type",
        }
    }
}

/// The columns of the comments table.
#[derive(Clone, Debug)]
pub struct Columns {
    /// By lower-case name.
    columns: HashMap<String, Column>,
    table: Charset,
}

#[derive(Clone, Debug, PartialEq)]
struct Column {
    charset: Charset,
    length: Length,
}

/// `get_col_charset()`, `get_table_charset()`
#[derive(Clone, Debug, PartialEq, Eq)]
enum Charset {
    /// PHP's `false`: no text, or nothing known about it.
    None,
    /// `latin1` stores any bytes.
    Latin1,
    /// `utf8`, `utf8mb3`: no character beyond the basic plane.
    Utf8mb3,
    Utf8mb4,
    /// The table has a binary column.
    Binary,
    /// Any other, of which only the server knows what it holds.
    Other(String),
}

/// `get_col_length()`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    None,
    Bytes(usize),
    Characters(usize),
}

impl Charset {
    fn named(name: &str) -> Self {
        match name {
            "latin1" => Self::Latin1,
            "utf8" | "utf8mb3" => Self::Utf8mb3,
            "utf8mb4" => Self::Utf8mb4,
            _ => Self::Other(name.to_owned()),
        }
    }

    /// The charset of a collation: what stands before its first `_`.
    fn of_collation(collation: &str) -> Self {
        let name = collation.split('_').next().unwrap_or_default();
        if name.is_empty() {
            Self::None
        } else {
            Self::named(name)
        }
    }

    /// Port of the decision in `wpdb::get_table_charset()`.
    fn of_table(columns: &[(String, String, Option<String>)]) -> Self {
        let mut names: Vec<String> = Vec::new();
        for (_, kind, collation) in columns {
            if let Some(collation) = collation {
                let name = collation.split('_').next().unwrap_or_default();
                let name = match name.to_ascii_lowercase().as_str() {
                    "utf8mb3" => "utf8".to_owned(),
                    name => name.to_owned(),
                };
                if !name.is_empty() && !names.contains(&name) {
                    names.push(name);
                }
            }
            let kind = kind.split('(').next().unwrap_or_default();
            if matches!(
                kind.to_ascii_uppercase().as_str(),
                "BINARY" | "VARBINARY" | "TINYBLOB" | "MEDIUMBLOB" | "BLOB" | "LONGBLOB"
            ) {
                return Self::Binary;
            }
        }
        if names.len() > 1 {
            names.retain(|name| name != "latin1");
            names.sort_unstable();
        }
        match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] => Self::None,
            [one] => Self::named(one),
            ["utf8", "utf8mb4"] => Self::Utf8mb3,
            _ => Self::Other("ascii".to_owned()),
        }
    }
}

impl Length {
    /// Port of `wpdb::get_col_length()` for a column type as the server spells it.
    fn of_type(kind: &str) -> Self {
        let mut parts = kind.split('(');
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let mut length = || {
            let digits = parts.next().unwrap_or_default().trim_matches(')');
            digits.parse().unwrap_or(0)
        };
        match name.as_str() {
            "char" | "varchar" => Self::Characters(length()),
            "binary" | "varbinary" => Self::Bytes(length()),
            "tinyblob" | "tinytext" => Self::Bytes(255),
            "blob" | "text" => Self::Bytes(65_535),
            "mediumblob" | "mediumtext" => Self::Bytes(16_777_215),
            "longblob" | "longtext" => Self::Bytes(4_294_967_295),
            _ => Self::None,
        }
    }
}

impl Columns {
    /// Reads the columns of a table, given by its quoted name.
    ///
    /// # Errors
    /// Where WordPress cannot read them it stores nothing and reports success; here it is an error.
    pub async fn read(conn: &mut Conn, table: &str) -> Result<Self, DbError> {
        let rows: Vec<mysql_async::Row> = conn
            .query(format!("SHOW FULL COLUMNS FROM {table}"))
            .await?;
        let mut columns = Vec::with_capacity(rows.len());
        for row in rows {
            // Field, Type, Collation, Null, Key, Default, Extra, Privileges, Comment
            let text = |at: usize| -> Result<Option<String>, DbError> {
                let bytes: Option<Vec<u8>> = row
                    .get_opt(at)
                    .and_then(Result::ok)
                    .ok_or_else(|| DbError::Shape(format!("SHOW FULL COLUMNS FROM {table}")))?;
                Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
            };
            columns.push((
                text(0)?.unwrap_or_default().to_ascii_lowercase(),
                text(1)?.unwrap_or_default(),
                text(2)?,
            ));
        }
        Ok(Self::new(&columns))
    }

    /// From lower-case names, types and collations, in the table's order.
    fn new(columns: &[(String, String, Option<String>)]) -> Self {
        Self {
            table: Charset::of_table(columns),
            columns: columns
                .iter()
                .map(|(name, kind, collation)| {
                    let column = Column {
                        charset: collation
                            .as_deref()
                            .map_or(Charset::None, Charset::of_collation),
                        length: Length::of_type(kind),
                    };
                    (name.clone(), column)
                })
                .collect(),
        }
    }

    /// Port of `wpdb::strip_invalid_text_for_column()`: `text` as its column can hold it.
    pub async fn strip_invalid_text(
        &self,
        conn: &mut Conn,
        field: Field,
        text: &[u8],
    ) -> Result<Vec<u8>, DbError> {
        match self.columns.get(&field.name().to_ascii_lowercase()) {
            Some(column) => strip_invalid_text(conn, &column.charset, column.length, text).await,
            None => strip_invalid_text(conn, &self.table, Length::None, text).await,
        }
    }

    /// Whether `wpdb::query()` would send a query with this text in it, or refuse it and find nothing: port of
    /// `wpdb::strip_invalid_text_from_query()`.
    pub async fn query_is_valid(&self, conn: &mut Conn, text: &[u8]) -> Result<bool, DbError> {
        if text.is_ascii() || self.table == Charset::Binary {
            return Ok(true);
        }
        Ok(strip_invalid_text(conn, &self.table, Length::None, text).await? == text)
    }
}

/// Port of `wpdb::strip_invalid_text()` for one value.
async fn strip_invalid_text(
    conn: &mut Conn,
    charset: &Charset,
    length: Length,
    text: &[u8],
) -> Result<Vec<u8>, DbError> {
    let any_bytes = *charset == Charset::Latin1 || text.is_ascii();
    let text = match (charset, length) {
        (Charset::None, _) => return Ok(text.to_vec()),
        // QUIRK: what needs no check is cut by bytes, whatever the column counts in: 200 bytes of UTF-8 in a latin1
        // varchar(100) are cut to 100 bytes.
        (_, Length::Bytes(length)) => &text[..text.len().min(length)],
        (_, Length::Characters(length)) if any_bytes => &text[..text.len().min(length)],
        _ => text,
    };
    if any_bytes {
        return Ok(text.to_vec());
    }
    let other = match charset {
        Charset::Utf8mb3 | Charset::Utf8mb4 => {
            let valid = valid_sequences(text, *charset == Charset::Utf8mb4);
            return Ok(match length {
                Length::Characters(length) | Length::Bytes(length) => {
                    first_characters(valid, length)
                }
                Length::None => valid,
            });
        }
        Charset::Other(name) => name.as_str(),
        // A column is never `Binary`, and a query on such a table is not checked.
        _ => return Ok(text.to_vec()),
    };
    ask_server(conn, other, length, text).await
}

/// What the pattern of `wpdb::strip_invalid_text()` keeps: whole UTF-8 sequences, of up to three bytes unless `four`.
fn valid_sequences(text: &[u8], four: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        if four {
            out.extend_from_slice(chunk.valid().as_bytes());
        } else {
            out.extend(
                chunk
                    .valid()
                    .split(|c: char| c.len_utf8() == 4)
                    .flat_map(str::bytes),
            );
        }
    }
    out
}

/// `mb_substr( $text, 0, $length, 'UTF-8' )` of valid UTF-8.
fn first_characters(mut text: Vec<u8>, length: usize) -> Vec<u8> {
    let is_start = |byte: &u8| byte & 0xC0 != 0x80;
    if text.len() > length {
        let end = text
            .iter()
            .enumerate()
            .filter(|(_, byte)| is_start(byte))
            .nth(length)
            .map(|(at, _)| at);
        text.truncate(end.unwrap_or(text.len()));
    }
    text
}

/// The last resort of `wpdb::strip_invalid_text()`: the server converts there and back.
async fn ask_server(
    conn: &mut Conn,
    charset: &str,
    length: Length,
    text: &[u8],
) -> Result<Vec<u8>, DbError> {
    let names: Option<(String,)> = conn.exec_first("SELECT @@character_set_client", ()).await?;
    let client = names.map(|(name,)| name).unwrap_or_default();
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !plain(charset) || !plain(&client) || client.is_empty() {
        return Err(DbError::Shape(format!("charset {charset} or {client}")));
    }
    let sql = match length {
        Length::Bytes(length) => {
            format!("SELECT CONVERT( LEFT( CONVERT( ? USING binary ), {length} ) USING {client} )")
        }
        Length::Characters(length) => {
            format!(
                "SELECT CONVERT( LEFT( CONVERT( ? USING {charset} ), {length} ) USING {client} )"
            )
        }
        Length::None => format!("SELECT CONVERT( CONVERT( ? USING {charset} ) USING {client} )"),
    };
    let row: Option<(Option<Vec<u8>>,)> = conn.exec_first(sql, (text,)).await?;
    // NULL is what a conversion that failed gives; PHP then leaves the value alone.
    Ok(row
        .and_then(|(converted,)| converted)
        .unwrap_or_else(|| text.to_vec()))
}

/// [`Columns`] as last read.
#[derive(Debug)]
pub struct ColumnsCache {
    max_age: Duration,
    latest: Mutex<Option<(Instant, Arc<Columns>)>>,
}

impl ColumnsCache {
    /// Nothing read yet; read again when older than `max_age`.
    pub fn new(max_age: Duration) -> Self {
        Self {
            max_age,
            latest: Mutex::new(None),
        }
    }

    /// The columns of a table, which must be the same at each call.
    pub async fn get(&self, conn: &mut Conn, table: &str) -> Result<Arc<Columns>, DbError> {
        // Only ever replaced as a whole, so a panic elsewhere leaves good data.
        let latest = self
            .latest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((read, columns)) = latest
            && read.elapsed() < self.max_age
        {
            return Ok(columns);
        }
        let read = Instant::now();
        let columns = Arc::new(Columns::read(conn, table).await?);
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((read, Arc::clone(&columns)));
        Ok(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[(&str, &str)]) -> Charset {
        let columns: Vec<_> = columns
            .iter()
            .map(|(kind, collation)| {
                let collation = (!collation.is_empty()).then(|| (*collation).to_owned());
                (String::new(), (*kind).to_owned(), collation)
            })
            .collect();
        Charset::of_table(&columns)
    }

    #[test]
    fn a_table_has_the_charset_its_columns_agree_on() {
        let utf8mb4 = ("text", "utf8mb4_unicode_ci");
        let utf8 = ("text", "utf8mb3_general_ci");
        let latin1 = ("text", "latin1_swedish_ci");
        let number = ("bigint(20)", "");
        assert_eq!(table(&[number, utf8mb4, utf8mb4]), Charset::Utf8mb4);
        assert_eq!(table(&[utf8mb4, latin1]), Charset::Utf8mb4);
        assert_eq!(table(&[utf8mb4, utf8, latin1]), Charset::Utf8mb3);
        assert_eq!(table(&[latin1]), Charset::Latin1);
        assert_eq!(table(&[number]), Charset::None);
        assert_eq!(table(&[utf8mb4, ("varbinary(9)", "")]), Charset::Binary);
        let ascii = Charset::Other("ascii".to_owned());
        assert_eq!(table(&[utf8mb4, ("text", "greek_bin")]), ascii);
        assert_eq!(
            table(&[("text", "cp1251_bin")]),
            Charset::Other("cp1251".to_owned())
        );
    }

    #[test]
    fn lengths_are_in_bytes_or_characters_by_type() {
        assert_eq!(Length::of_type("varchar(200)"), Length::Characters(200));
        assert_eq!(Length::of_type("tinytext"), Length::Bytes(255));
        assert_eq!(Length::of_type("text"), Length::Bytes(65_535));
        assert_eq!(Length::of_type("datetime"), Length::None);
    }

    #[test]
    fn only_whole_sequences_that_fit_stay() {
        let text = "aé€\u{1F600}z".as_bytes();
        assert_eq!(valid_sequences(text, true), text);
        assert_eq!(valid_sequences(text, false), "aé€z".as_bytes());
        assert_eq!(valid_sequences(b"a\xC3", true), b"a");
        assert_eq!(valid_sequences(b"\xED\xA0\x80b\xE2\x82", true), b"b");
        assert_eq!(first_characters("aé€z".into(), 3), "aé€".as_bytes());
        assert_eq!(first_characters("aé".into(), 2), "aé".as_bytes());
    }
}
