//! From a call to its reply. Port of wp-includes/IXR/class-IXR-server.php.

use std::future::Future;

use super::fault::{Fault, Stop};
use super::message::Call;
use super::methods::{self, Kind};
use super::value::{Array, Value};
use super::{fault_response, response};
use crate::wordpress::l10n::Translations;
use crate::wordpress::version::Version;

/// The methods that need more than this room has.
pub trait Methods {
    /// Answers a method of [`Kind::Ours`] or [`Kind::Login`]. `args` is what PHP's method gets: the only parameter
    /// itself if there is just one, else a list (or, within a multicall, whatever array the call's `params` was).
    fn call(&mut self, name: &[u8], args: Value) -> impl Future<Output = Result<Value, Stop>>;
}

/// What one request may make us do. Calls over a limit get a blank fault in their place of the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls answered out of one multicall, of any method.
    pub calls: usize,
    /// `pingback.ping` run out of one multicall.
    pub pings: usize,
    /// Other methods of [`Kind::Ours`] or [`Kind::Login`] run out of one multicall.
    pub lookups: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            calls: 500,
            pings: 8,
            lookups: 32,
        }
    }
}

/// How a request ends.
#[derive(Debug)]
pub enum Outcome {
    /// With a value.
    Value(Value),
    /// With a fault.
    Fault(Fault),
    /// By `wp_die()`: a fault, but WordPress adds its no-cache headers, and answers in JSON if that was asked for.
    Died(Fault),
    /// PHP dies: the "critical error" fault, with the same headers and JSON as [`Died`](Self::Died).
    Fatal(Fault),
}

impl Outcome {
    /// The HTTP status of the reply.
    pub fn status(&self) -> u16 {
        match self {
            Self::Value(_) | Self::Fault(_) | Self::Died(_) => 200,
            Self::Fatal(_) => 500,
        }
    }

    /// Whether the reply carries `nocache_headers()`.
    pub fn died(&self) -> bool {
        matches!(self, Self::Died(_) | Self::Fatal(_))
    }

    /// The reply's body. `charset` is `blog_charset`.
    pub fn body(&self, charset: &[u8]) -> Vec<u8> {
        match self {
            Self::Value(value) => response(charset, value),
            Self::Fault(fault) | Self::Died(fault) | Self::Fatal(fault) => {
                fault_response(charset, fault)
            }
        }
    }
}

/// The server of one site.
#[derive(Clone, Copy, Debug)]
pub struct Server<'a> {
    /// Which WordPress it is.
    pub version: Version,
    /// What the site says in its language.
    pub l10n: &'a Translations,
    /// Whether the site's environment type is `production`.
    pub production: bool,
    /// What one request may cost.
    pub limits: Limits,
}

/// What a multicall has left of its [`Limits`].
struct Budget(Limits);

impl Budget {
    fn spend(left: &mut usize) -> Result<(), Stop> {
        *left = left.checked_sub(1).ok_or_else(Fault::blank)?;
        Ok(())
    }

    fn admit(&mut self, name: &[u8]) -> Result<(), Stop> {
        Self::spend(&mut self.0.calls)?;
        match methods::kind(name) {
            Kind::Ours if name == b"pingback.ping" => Self::spend(&mut self.0.pings),
            Kind::Ours | Kind::Login => Self::spend(&mut self.0.lookups),
            Kind::NoLogin | Kind::Unknown => Ok(()),
        }
    }
}

impl Server<'_> {
    /// Port of `IXR_Server::serve()` after the message is parsed. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
    pub async fn serve(&self, call: Call, methods: &mut impl Methods) -> Outcome {
        let args = Array::list(call.params);
        let result = if call.method == b"system.multicall" {
            self.multi_call(only_parameter(args), methods).await
        } else {
            self.call(&call.method, args, methods).await
        };
        match result {
            Ok(value) => Outcome::Value(value),
            Err(stop) => self.stopped(stop),
        }
    }

    /// How a request ends that [`super::parse_request`] refuses.
    pub fn stopped(&self, stop: Stop) -> Outcome {
        match stop {
            Stop::Fault(fault) => Outcome::Fault(fault),
            Stop::Die(fault) => Outcome::Died(fault),
            Stop::Fatal => Outcome::Fatal(Fault::critical_error(self.version, self.l10n)),
        }
    }

    fn pings(&self) -> bool {
        self.production || !self.version.pings_need_production()
    }

    /// Port of `hasMethod()`.
    fn has_method(&self, name: &[u8]) -> bool {
        methods::kind(name) != Kind::Unknown && (self.pings() || name != b"pingback.ping")
    }

    /// Port of `call()`, for all but `system.multicall`.
    async fn call(
        &self,
        name: &[u8],
        args: Array,
        methods: &mut impl Methods,
    ) -> Result<Value, Stop> {
        if !self.has_method(name) {
            return Err(unknown(name));
        }
        let args = only_parameter(args);
        match name {
            b"system.getCapabilities" => Ok(methods::get_capabilities(self.version)),
            b"system.listMethods" => Ok(methods::list_methods(self.pings())),
            b"mt.supportedMethods" => Ok(methods::mt_supported_methods(self.pings())),
            b"mt.supportedTextFilters" => Ok(Value::list(Vec::new())),
            b"demo.sayHello" => Ok(Value::string("Hello!")),
            b"demo.addTwoNumbers" => methods::add_two_numbers(self.version, self.l10n, args),
            _ => methods.call(name, args).await,
        }
    }

    /// Port of `multiCall()`.
    async fn multi_call(&self, calls: Value, methods: &mut impl Methods) -> Result<Value, Stop> {
        let calls = match calls {
            Value::Array(calls) => calls.into_values(),
            // The loop runs over the object's parts, all of them strings, on which ['methodName'] dies.
            Value::Date(_) | Value::Base64(_) => return Err(Stop::Fatal),
            _ => Vec::new(),
        };
        let mut budget = Budget(self.limits);
        let mut results = Vec::new();
        for call in calls {
            let item = match self.item(call, &mut budget, methods).await {
                Ok(value) => Value::list(vec![value]),
                Err(Stop::Fault(fault)) => fault.into_item(),
                Err(stop @ (Stop::Die(_) | Stop::Fatal)) => return Err(stop),
            };
            results.push(item);
        }
        Ok(Value::list(results))
    }

    /// One call of a multicall.
    async fn item(
        &self,
        call: Value,
        budget: &mut Budget,
        methods: &mut impl Methods,
    ) -> Result<Value, Stop> {
        let (name, params) = match call {
            Value::Array(mut call) => (call.take(b"methodName"), call.take(b"params")),
            Value::String(_) | Value::Date(_) | Value::Base64(_) => return Err(Stop::Fatal),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Double(_) => {
                (Value::Null, Value::Null)
            }
        };
        // QUIRK: compared with ==, so <boolean>1</boolean> is system.multicall too.
        let recursive = match &name {
            Value::Bool(truth) => *truth,
            Value::String(name) => name == b"system.multicall",
            _ => false,
        };
        if recursive {
            let text = "Recursive calls to system.multicall are forbidden";
            return Err(Fault::new(-32600, text).into());
        }
        let name = match &name {
            Value::Array(_) => b"Array".to_vec(),
            Value::Date(_) | Value::Base64(_) => return Err(Stop::Fatal),
            name => name.text().unwrap_or_default().into_owned(),
        };
        if !self.has_method(&name) {
            return Err(unknown(&name));
        }
        // count() takes nothing but arrays.
        let Value::Array(params) = params else {
            return Err(Stop::Fatal);
        };
        budget.admit(&name)?;
        self.call(&name, params, methods).await
    }
}

fn unknown(name: &[u8]) -> Stop {
    let text = [
        b"server error. requested method ",
        name,
        b" does not exist.",
    ]
    .concat();
    Fault::new(-32601, text).into()
}

/// "If only one parameter just send that instead of the whole array": `$args[0]`, null if it has another key.
fn only_parameter(mut args: Array) -> Value {
    if args.len() == 1 {
        args.take(b"0")
    } else {
        Value::Array(args)
    }
}
