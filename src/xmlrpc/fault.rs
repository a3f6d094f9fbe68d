//! Faults and other ways a call ends early. Port of wp-includes/IXR/class-IXR-error.php and of `wp_die()` in XML-RPC.

use super::value::Value;
use crate::php::html::htmlspecialchars;
use crate::wordpress::die::critical_message;
use crate::wordpress::l10n::Translations;
use crate::wordpress::version::Version;

/// `IXR_Error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `faultCode`
    pub code: i64,
    /// `faultString`, bytes, not escaped yet.
    pub string: Vec<u8>,
}

impl Fault {
    /// A fault with a text that is not escaped yet.
    pub fn new(code: i64, string: impl Into<Vec<u8>>) -> Self {
        Self {
            code,
            string: string.into(),
        }
    }

    /// What `xmlrpc_pingback_error` leaves of every pingback fault but 48, and what calls over our limits get.
    pub fn blank() -> Self {
        Self::new(0, "")
    }

    /// What WordPress's fatal error handler sends, wp-includes/class-wp-fatal-error-handler.php.
    pub fn critical_error(version: Version, l10n: &Translations) -> Self {
        Self::new(500, critical_message(version, l10n))
    }

    /// The text as `IXR_Error` keeps it: escaped once.
    fn message(&self) -> Vec<u8> {
        htmlspecialchars(&self.string)
    }

    /// The fault as an item of a `system.multicall` reply.
    ///
    /// QUIRK: the text is escaped when the fault is made and again when it is written: `'` becomes `&amp;#039;`.
    pub fn into_item(self) -> Value {
        Value::members([
            ("faultCode", Value::Int(self.code)),
            ("faultString", Value::String(self.message())),
        ])
    }

    /// Port of `IXR_Error::getXml()`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub fn xml(&self) -> Vec<u8> {
        let mut xml = format!(
            "<methodResponse>\n  <fault>\n    <value>\n      <struct>\n        <member>\n          \
             <name>faultCode</name>\n          <value><int>{}</int></value>\n        </member>\n        <member>\n          \
             <name>faultString</name>\n          <value><string>",
            self.code
        )
        .into_bytes();
        xml.extend(self.message());
        xml.extend_from_slice(
            b"</string></value>\n        </member>\n      </struct>\n    </value>\n  </fault>\n</methodResponse>\n",
        );
        xml
    }
}

/// PHP dies of an uncaught error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("PHP would die of an uncaught error here")]
pub struct Fatal;

/// Why a method gives no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The method returned an `IXR_Error`: the reply, or one item of a multicall's reply.
    Fault(Fault),
    /// `wp_die()`: the reply to the whole request, within a multicall too.
    Die(Fault),
    /// PHP dies, and the request with it.
    Fatal,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Fatal> for Stop {
    fn from(_: Fatal) -> Self {
        Self::Fatal
    }
}
