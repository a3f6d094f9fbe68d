//! A request's bytes to the name of a method and its parameters. Port of wp-includes/IXR/class-IXR-message.php.

use std::collections::HashMap;

use super::date::Date;
use super::fault::{Fault, Stop};
use super::sax::{self, Halt};
use super::value::{Array, Value};
use crate::php::base64;
use crate::php::number::{floatval, intval};
use crate::php::string::{str_truthy, strcspn, trim};

/// A method call, as a request asks for it.
#[derive(Debug)]
pub struct Call {
    /// `methodName`, trimmed: valid UTF-8 without control characters but white space, possibly empty.
    pub method: Vec<u8>,
    /// The parameters in their order. Strings are bytes, neither slashed nor escaped; all but those out of base64
    /// and CDATA sections are valid UTF-8.
    pub params: Vec<Value>,
}

impl Call {
    /// The names of all methods the request asks for: its own, or those of the calls within a `system.multicall`.
    /// To tell, before anything runs, whether a request can be answered without PHP.
    pub fn methods(&self) -> impl Iterator<Item = &[u8]> {
        let multicall = self.method == b"system.multicall";
        let calls = match self.params.as_slice() {
            [Value::Array(calls)] if multicall => calls.values(),
            params if multicall => params,
            _ => &[],
        };
        let own = (!multicall).then_some(self.method.as_slice());
        own.into_iter().chain(
            calls
                .iter()
                .filter_map(|call| match call.key(b"methodName") {
                    Ok(Value::String(name)) => Some(name.as_slice()),
                    _ => None,
                }),
        )
    }
}

/// How many `<` a message may hold: twice `xmlrpc_element_limit`.
const MAX_TAGS: usize = 2 * 30_000;

/// Port of `IXR_Message::parse()` and of what `IXR_Server::serve()` makes of its result.
/// Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Takes linear time and memory in the length of `body`, which the caller bounds. Values may be nested as deep as the
/// element limit lets them be; nothing here recurses.
///
/// # Errors
/// [`Stop::Fault`] -32700 if it is not well-formed, -32600 if it is no method call; [`Stop::Fatal`] where PHP dies.
pub fn parse_request(body: &[u8]) -> Result<Call, Stop> {
    let mut message = Message::default();
    match message.parse(body) {
        Ok(()) => {}
        Err(Halt::Fatal) => return Err(Stop::Fatal),
        Err(Halt::Malformed) => {
            return Err(Fault::new(-32700, "parse error. not well formed").into());
        }
    }
    if message.kind != Kind::MethodCall {
        let text =
            "server error. invalid xml-rpc. not conforming to spec. Request must be a methodCall";
        return Err(Fault::new(-32600, text).into());
    }
    Ok(Call {
        method: message.method_name,
        params: message.params,
    })
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Kind {
    #[default]
    None,
    MethodCall,
    MethodResponse,
    Fault,
}

/// An array or struct that is still open.
#[derive(Debug)]
enum Container {
    Data(Vec<Value>),
    Struct {
        array: Array,
        /// Where each key is, so that a key's last value wins in its first place, as in a PHP array.
        places: HashMap<Vec<u8>, usize>,
    },
}

/// The state of `IXR_Message` while the parser runs.
#[derive(Debug, Default)]
struct Message {
    /// `messageType`: the last of the three tags that was opened.
    kind: Kind,
    method_name: Vec<u8>,
    params: Vec<Value>,
    /// `_arraystructs` and `_arraystructstypes`
    containers: Vec<Container>,
    /// `_currentStructName`
    names: Vec<Vec<u8>>,
    /// `_currentTagContents`: emptied at every tag, opening or closing
    contents: Vec<u8>,
}

impl Message {
    fn parse(&mut self, body: &[u8]) -> Result<(), Halt> {
        let text = cut(body, 100, xml_declaration);
        let text = trim(&text);
        let text = cut(text, 200, doctype);
        let text = trim(&text);

        let root = &text[..strcspn(&text[..text.len().min(20)], b"> \t\r\n")];
        if !matches!(root, b"<methodCall" | b"<methodResponse" | b"<fault") {
            return Err(Halt::Malformed);
        }
        if memchr::memchr_iter(b'<', text).count() > MAX_TAGS {
            return Err(Halt::Malformed);
        }
        sax::parse(text, self)?;

        if self.kind == Kind::Fault {
            // PHP reads $params[0]['faultCode'], which kills it on a string or an object.
            let first = self.params.first().unwrap_or(&Value::Null);
            first.key(b"faultCode").map_err(|_| Halt::Fatal)?;
        }
        Ok(())
    }

    fn add(&mut self, value: Value) {
        match self.containers.last_mut() {
            Some(Container::Struct { array, places }) => {
                // Without any <name> the key is null, which PHP turns into the empty string.
                let key = self.names.last().cloned().unwrap_or_default();
                match places.get(&key) {
                    Some(&place) => array.replace(place, value),
                    None => {
                        places.insert(key.clone(), array.len());
                        array.push(key, value);
                    }
                }
            }
            Some(Container::Data(list)) => list.push(value),
            None => self.params.push(value),
        }
    }
}

impl sax::Handler for Message {
    fn open(&mut self, tag: &[u8]) {
        self.contents.clear();
        match tag {
            b"methodCall" => self.kind = Kind::MethodCall,
            b"methodResponse" => self.kind = Kind::MethodResponse,
            b"fault" => self.kind = Kind::Fault,
            b"data" => self.containers.push(Container::Data(Vec::new())),
            b"struct" => self.containers.push(Container::Struct {
                array: Array::structure(),
                places: HashMap::new(),
            }),
            _ => {}
        }
    }

    fn text(&mut self, text: &[u8]) {
        self.contents.extend_from_slice(text);
    }

    fn close(&mut self, tag: &[u8]) -> Result<(), Halt> {
        let trimmed = trim(&self.contents);
        let value = match tag {
            b"int" | b"i4" => Some(Value::Int(intval(trimmed))),
            b"double" => Some(Value::Double(floatval(trimmed))),
            b"string" => Some(Value::String(trimmed.to_vec())),
            b"dateTime.iso8601" => {
                let date = Date::new(trimmed).map_err(|_| Halt::Fatal)?;
                Some(Value::Date(Box::new(date)))
            }
            // "If no type is indicated, the type is string." What is blank is lost; what is not stays untrimmed.
            b"value" => (!trimmed.is_empty()).then(|| Value::String(self.contents.clone())),
            // QUIRK: PHP's truth: <boolean>false</boolean> is true.
            b"boolean" => Some(Value::Bool(str_truthy(trimmed))),
            b"base64" => Some(Value::String(base64::decode(&self.contents))),
            b"data" | b"struct" => self.containers.pop().map(|container| match container {
                Container::Data(list) => Value::list(list),
                Container::Struct { array, .. } => Value::Array(array),
            }),
            b"member" => {
                self.names.pop();
                None
            }
            b"name" => {
                self.names.push(trimmed.to_vec());
                None
            }
            b"methodName" => {
                self.method_name = trimmed.to_vec();
                None
            }
            _ => None,
        };
        if let Some(value) = value {
            self.add(value);
        }
        self.contents.clear();
        Ok(())
    }
}

/// `text` without the range that `find` gives within its first `window` bytes.
pub(super) fn cut(
    text: &[u8],
    window: usize,
    find: fn(&[u8]) -> Option<(usize, usize)>,
) -> Vec<u8> {
    match find(&text[..text.len().min(window)]) {
        Some((start, end)) => [&text[..start], &text[end..]].concat(),
        None => text.to_vec(),
    }
}

/// `/<\?xml.*?\?>/s`
///
/// QUIRK: not anchored, so a stray `<?xml ?>` inside `<methodCall>` is cut out too.
pub(super) fn xml_declaration(head: &[u8]) -> Option<(usize, usize)> {
    let start = memchr::memmem::find(head, b"<?xml")?;
    let inside = start + b"<?xml".len();
    let end = memchr::memmem::find(&head[inside..], b"?>")?;
    Some((start, inside + end + 2))
}

/// `/^<!DOCTYPE[^>]*+>/i`
fn doctype(head: &[u8]) -> Option<(usize, usize)> {
    let name = head.get(..b"<!DOCTYPE".len())?;
    if !name.eq_ignore_ascii_case(b"<!DOCTYPE") {
        return None;
    }
    Some((0, memchr::memchr(b'>', head)? + 1))
}
