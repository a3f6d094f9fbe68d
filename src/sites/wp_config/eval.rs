//! Expressions, worked out as far as they can be without running PHP.

use super::ast::{Expr, ExprKind};
use super::builtins::{PURE, builtin_constant, dirname};
use super::run::Runner;
use super::value::{Value, Why};

impl Runner {
    /// The value of `expr` as far as it is known. Sets `exited` when the program ends in it.
    pub(super) fn eval(&mut self, expr: &Expr) -> Value {
        if self.exited || !self.step() {
            return self.unknown(expr.line, "too much to follow");
        }
        let value = self.eval_kind(expr);
        if value.is_small() {
            value
        } else {
            self.unknown(expr.line, "a value too large to follow")
        }
    }

    fn unknown(&self, line: u32, what: &str) -> Value {
        Value::Unknown(self.why(line, what))
    }

    fn eval_kind(&mut self, expr: &Expr) -> Value {
        let line = expr.line;
        match &expr.kind {
            ExprKind::Literal(value) => value.clone(),
            ExprKind::Joined(parts) => {
                let mut text = Some(Vec::new());
                let mut why = None;
                for part in parts {
                    let value = self.eval(part);
                    match (value.to_text(), text.as_mut()) {
                        (Some(piece), Some(text)) => text.extend_from_slice(&piece),
                        (Some(_), None) => {}
                        (None, _) => {
                            text = None;
                            why.get_or_insert(value);
                        }
                    }
                }
                text.map_or_else(|| self.blamed(why, line), Value::Text)
            }
            ExprKind::Variable(name) => match name.as_slice() {
                b"_SERVER" | b"_ENV" | b"_GET" | b"_POST" | b"_COOKIE" | b"_REQUEST"
                | b"GLOBALS" | b"this" | b"argv" => {
                    self.unknown(line, &format!("${}", String::from_utf8_lossy(name)))
                }
                _ => self.state.variable(name),
            },
            ExprKind::Constant(name) => self.constant(name, line),
            ExprKind::Index(base, key) => self.index(base, key.as_deref(), line),
            ExprKind::Array(items) => {
                let mut array = Value::Array(Vec::new());
                for (key, item) in items {
                    let key = key.as_ref().map(|key| self.eval(key));
                    let item = self.eval(item);
                    if !array.put(key.as_ref(), item) {
                        return self.unknown(line, "an array");
                    }
                }
                array
            }
            ExprKind::Call(name, arguments) => self.call(name, arguments, line),
            ExprKind::Foreign(arguments) => self.foreign(arguments, line),
            ExprKind::Assign(target, op, value) => self.assignment(target, op, value, line),
            ExprKind::Unary(op, operand) => {
                let value = self.eval(operand);
                let result = match *op {
                    "!" => value.truth().map(|truth| Value::Bool(!truth)),
                    "-" => value.to_int().and_then(i64::checked_neg).map(Value::Int),
                    "+" => value.to_int().map(Value::Int),
                    _ => value.to_int().map(|n| Value::Int(!n)),
                };
                match (&value, result) {
                    (Value::Float(n), _) if *op == "-" => Value::Float(-n),
                    (Value::Float(_), _) if *op == "+" => value,
                    (_, Some(result)) => result,
                    _ => self.blamed(Some(value), line),
                }
            }
            ExprKind::Cast(letter, operand) => {
                let value = self.eval(operand);
                let result = match letter {
                    b'i' => value.to_int().map(Value::Int),
                    b'b' => value.truth().map(Value::Bool),
                    b's' => value.to_text().map(Value::Text),
                    _ => None,
                };
                result.unwrap_or_else(|| self.blamed(Some(value), line))
            }
            ExprKind::Binary(op, left, right) => self.binary(op, left, right, line),
            ExprKind::Ternary(condition, middle, last) => {
                let value = self.eval(condition);
                if self.exited {
                    return value;
                }
                match value.truth() {
                    Some(true) => middle.as_ref().map_or(value, |middle| self.eval(middle)),
                    Some(false) => self.eval(last),
                    None => {
                        let why = self.condition(condition, &value);
                        let first = value.clone();
                        let ends = self.either(
                            &why,
                            |runner| middle.as_ref().map_or(first, |middle| runner.eval(middle)),
                            |runner| runner.eval(last),
                        );
                        agreed(ends, &why)
                    }
                }
            }
            ExprKind::Isset(exprs) => {
                let mut all = Some(true);
                let mut why = None;
                for expr in exprs {
                    match self.is_set(expr) {
                        Ok(true) => {}
                        Ok(false) => return Value::Bool(false),
                        Err(unknown) => {
                            all = None;
                            why.get_or_insert(unknown);
                        }
                    }
                }
                match (all, why) {
                    (Some(all), _) => Value::Bool(all),
                    (None, why) => Value::Unknown(why.unwrap_or_else(|| self.why(line, "isset()"))),
                }
            }
            ExprKind::Empty(operand) => {
                let value = self.eval(operand);
                value.truth().map_or(value, |truth| Value::Bool(!truth))
            }
            ExprKind::Include(required, path) => {
                if ends_in(path, b"wp-settings.php") {
                    self.boot();
                    return Value::Null;
                }
                let path = self.eval(path);
                if self.exited {
                    path
                } else {
                    self.include(&path, *required, line)
                }
            }
            ExprKind::Exit => {
                self.exited = true;
                Value::Null
            }
            ExprKind::Closure(tokens) => {
                let why = self.why(line, "a closure");
                self.suspect(tokens, false, &why);
                Value::Unknown(why)
            }
            ExprKind::Opaque(what) => self.unknown(line, what),
        }
    }

    /// Unknown because of `value`, or because of this line.
    fn blamed(&self, value: Option<Value>, line: u32) -> Value {
        match value {
            Some(Value::Unknown(why)) => Value::Unknown(why),
            _ => self.unknown(line, "an expression that cannot be followed"),
        }
    }

    fn constant(&mut self, name: &[u8], line: u32) -> Value {
        let lower = name.to_ascii_lowercase();
        let path = || self.path().as_os_str().to_string_lossy().into_owned();
        let magic = match lower.as_slice() {
            b"true" => Some(Value::Bool(true)),
            b"false" => Some(Value::Bool(false)),
            b"null" => Some(Value::Null),
            b"__file__" => Some(Value::text(path())),
            b"__dir__" => Some(Value::text(dirname(path().as_bytes()))),
            b"__line__" => Some(Value::Int(i64::from(line))),
            b"__namespace__" | b"__function__" | b"__class__" => Some(Value::text("")),
            _ => None,
        };
        if let Some(value) = magic {
            return value;
        }
        let name = name.strip_prefix(b"\\").unwrap_or(name);
        match self.state.constants.get(name) {
            Some(binding) => binding.value.clone(),
            None => builtin_constant(name).unwrap_or_else(|| {
                self.unknown(
                    line,
                    &format!("the constant {}", String::from_utf8_lossy(name)),
                )
            }),
        }
    }

    /// The name under which an element of a superglobal is kept: `Ok(None)` if `base` is none.
    fn global_element(&mut self, base: &Expr, key: Option<&Expr>) -> Result<Option<Vec<u8>>, Why> {
        let ExprKind::Variable(name) = &base.kind else {
            return Ok(None);
        };
        let prefix: &[u8] = match name.as_slice() {
            b"GLOBALS" => b"",
            b"_SERVER" => b"_SERVER\0",
            b"_ENV" => b"_ENV\0",
            _ => return Ok(None),
        };
        let key = key.map(|key| self.eval(key));
        match key.as_ref().and_then(Value::to_text) {
            Some(key) => Ok(Some([prefix, &key].concat())),
            None => Err(self.why(base.line, &format!("${}", String::from_utf8_lossy(name)))),
        }
    }

    fn index(&mut self, base: &Expr, key: Option<&Expr>, line: u32) -> Value {
        match self.global_element(base, key) {
            Err(why) => return Value::Unknown(why),
            Ok(Some(name)) => {
                let given = name.starts_with(b"_SERVER\0") || name.starts_with(b"_ENV\0");
                return match self.state.variables.get(&name) {
                    Some(value) => value.clone(),
                    None if given => self.eval(base),
                    None => self.state.variable(&name),
                };
            }
            Ok(None) => {}
        }
        let base = self.eval(base);
        let Some(key) = key.map(|key| self.eval(key)) else {
            return self.unknown(line, "[]");
        };
        match (&base, &key) {
            (Value::Unknown(_), _) => base,
            (_, Value::Unknown(_)) => key,
            (Value::Array(_), _) => base.at(&key).cloned().unwrap_or(Value::Null),
            (Value::Null, _) => Value::Null,
            _ => self.unknown(line, "an element of what is no array"),
        }
    }

    /// `isset()` of one expression.
    fn is_set(&mut self, expr: &Expr) -> Result<bool, Why> {
        match self.eval(expr) {
            Value::Unknown(why) => Err(why),
            value => Ok(value != Value::Null),
        }
    }

    fn assignment(&mut self, target: &Expr, op: &'static str, value: &Expr, line: u32) -> Value {
        let new = match op {
            "" => self.eval(value),
            "??" => {
                let old = self.eval(target);
                match old {
                    Value::Null => self.eval(value),
                    Value::Unknown(why) => {
                        self.eval(value);
                        Value::Unknown(why)
                    }
                    old => return old,
                }
            }
            _ => {
                let old = self.eval(target);
                let right = self.eval(value);
                self.combine(op, old, right, line)
            }
        };
        let why = self.why(line, "an assignment");
        self.assign(target, new.clone(), &why);
        new
    }

    /// Stores `value` where `target` points.
    pub(super) fn assign(&mut self, target: &Expr, value: Value, why: &Why) {
        match &target.kind {
            ExprKind::Variable(name) => self.state.set_variable(name, value, why),
            ExprKind::Index(base, key) => match self.global_element(base, key.as_deref()) {
                Ok(Some(name)) => self.state.set_variable(&name, value, why),
                Err(_) => self.state.forget_variables(why),
                Ok(None) => {
                    let mut array = self.eval(base);
                    let key = key.as_ref().map(|key| self.eval(key));
                    if matches!(array, Value::Unknown(_)) || !array.put(key.as_ref(), value) {
                        array = Value::Unknown(why.clone());
                    }
                    self.assign(base, array, why);
                }
            },
            // `[ $a, $b ] = …`: each gets something.
            ExprKind::Array(items) => {
                for (_, item) in items {
                    self.assign(item, Value::Unknown(why.clone()), why);
                }
            }
            // A property of an object we know nothing of.
            ExprKind::Foreign(_) => {}
            _ => self.state.forget_variables(why),
        }
    }

    fn binary(&mut self, op: &'static str, left: &Expr, right: &Expr, line: u32) -> Value {
        let first = self.eval(left);
        if self.exited {
            return first;
        }
        let decided = match (op, first.truth()) {
            ("&&", Some(false)) => Some(Value::Bool(false)),
            ("||", Some(true)) => Some(Value::Bool(true)),
            ("&&" | "||", Some(_)) => {
                let second = self.eval(right);
                return second.truth().map_or(second, Value::Bool);
            }
            ("&&" | "||", None) => {
                let why = self.condition(left, &first);
                let stays = Value::Bool(op == "||");
                let ends = self.either(
                    &why,
                    |_| stays,
                    |runner| {
                        let second = runner.eval(right);
                        second.truth().map_or(second, Value::Bool)
                    },
                );
                return match agreed(ends, &why) {
                    // The condition itself is what nobody knows.
                    Value::Unknown(_) => first,
                    value => value,
                };
            }
            _ => None,
        };
        if let Some(value) = decided {
            return value;
        }
        if op == "??" {
            return match first {
                Value::Null => self.eval(right),
                Value::Unknown(why) => {
                    let unknown = why.clone();
                    self.either(&why, |_| Value::Null, |runner| runner.eval(right));
                    Value::Unknown(unknown)
                }
                first => first,
            };
        }
        let second = self.eval(right);
        self.combine(op, first, second, line)
    }

    fn combine(&self, op: &str, left: Value, right: Value, line: u32) -> Value {
        let ints = || Some((left.to_int()?, right.to_int()?));
        let both_int = matches!((&left, &right), (Value::Int(_), Value::Int(_)));
        let both_text = matches!((&left, &right), (Value::Text(_), Value::Text(_)));
        let result = match op {
            "." => match (left.to_text(), right.to_text()) {
                (Some(a), Some(b)) => Some(Value::Text([a, b].concat())),
                _ => None,
            },
            "==" => left.loosely_equals(&right).map(Value::Bool),
            "!=" | "<>" => left.loosely_equals(&right).map(|equal| Value::Bool(!equal)),
            "===" => left.identical(&right).map(Value::Bool),
            "!==" => left.identical(&right).map(|equal| Value::Bool(!equal)),
            "<" if both_int => ints().map(|(a, b)| Value::Bool(a < b)),
            "<=" if both_int => ints().map(|(a, b)| Value::Bool(a <= b)),
            ">" if both_int => ints().map(|(a, b)| Value::Bool(a > b)),
            ">=" if both_int => ints().map(|(a, b)| Value::Bool(a >= b)),
            "+" if both_int => ints().and_then(|(a, b)| a.checked_add(b)).map(Value::Int),
            "-" if both_int => ints().and_then(|(a, b)| a.checked_sub(b)).map(Value::Int),
            "*" if both_int => ints().and_then(|(a, b)| a.checked_mul(b)).map(Value::Int),
            "/" if both_int => ints()
                .filter(|(a, b)| *b != 0 && a % b == 0)
                .map(|(a, b)| Value::Int(a / b)),
            "%" => ints().and_then(|(a, b)| a.checked_rem(b)).map(Value::Int),
            "&" if !both_text => ints().map(|(a, b)| Value::Int(a & b)),
            "|" if !both_text => ints().map(|(a, b)| Value::Int(a | b)),
            "^" if !both_text => ints().map(|(a, b)| Value::Int(a ^ b)),
            "<<" => ints()
                .filter(|(_, b)| (0..63).contains(b))
                .map(|(a, b)| Value::Int(a << b)),
            ">>" => ints()
                .filter(|(_, b)| (0..63).contains(b))
                .map(|(a, b)| Value::Int(a >> b)),
            "xor" => match (left.truth(), right.truth()) {
                (Some(a), Some(b)) => Some(Value::Bool(a != b)),
                _ => None,
            },
            _ => None,
        };
        result.unwrap_or_else(|| match (left, right) {
            (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Value::Unknown(why),
            _ => self.unknown(line, "an expression that cannot be followed"),
        })
    }

    fn call(&mut self, name: &[u8], arguments: &[Expr], line: u32) -> Value {
        let lower = name
            .strip_prefix(b"\\")
            .unwrap_or(name)
            .to_ascii_lowercase();
        let shown = format!("{}()", String::from_utf8_lossy(&lower));
        let mut values: Vec<Value> = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.eval(argument));
            if self.exited {
                return Value::Null;
            }
        }
        let first_text = values.first().and_then(Value::to_text);
        match (lower.as_slice(), values.as_slice()) {
            (b"define", [_, value, ..]) => {
                let why = self.why(line, "define()");
                match first_text {
                    Some(name) => self.state.define(&name, value.clone(), &why),
                    None => self.state.wild(&why),
                }
                return Value::Bool(true);
            }
            (b"defined", [_]) => {
                return match first_text {
                    Some(name) if builtin_constant(&name).is_some() => Value::Bool(true),
                    Some(name) if name.starts_with(b"PHP_") => self.unknown(line, "defined()"),
                    Some(name) => self
                        .state
                        .is_defined(&name)
                        .map_or_else(Value::Unknown, Value::Bool),
                    None => self.blamed(values.into_iter().next(), line),
                };
            }
            (b"constant", [_]) => {
                return match first_text {
                    Some(name) => self.constant(&name, line),
                    None => self.blamed(values.into_iter().next(), line),
                };
            }
            (b"function_exists", [_]) => {
                let declared = first_text
                    .is_some_and(|name| self.functions.contains_key(&name.to_ascii_lowercase()));
                return if declared {
                    Value::Bool(true)
                } else {
                    self.unknown(line, &shown)
                };
            }
            (b"extract" | b"parse_str", _) => {
                let why = self.why(line, &shown);
                self.state.forget_variables(&why);
                return Value::Unknown(why);
            }
            (b"call_user_func" | b"call_user_func_array" | b"array_walk" | b"array_map", _) => {
                let why = self.why(line, &shown);
                self.state.wild(&why);
                return Value::Unknown(why);
            }
            _ => {}
        }
        if let Some(value) = self.pure(&lower, &values) {
            return value;
        }
        let why = self.why(line, &shown);
        if let Some(body) = self.functions.get(&lower).cloned() {
            self.suspect(&body, false, &why);
        }
        if !PURE.contains(&lower.as_slice()) {
            // What takes a variable may take it by reference.
            for argument in arguments {
                if let ExprKind::Variable(_) | ExprKind::Index(..) = argument.kind {
                    self.assign(argument, Value::Unknown(why.clone()), &why);
                }
            }
        }
        Value::Unknown(why)
    }

    /// A method or `new`: some libraries define constants by methods of their own.
    fn foreign(&mut self, arguments: &[Expr], line: u32) -> Value {
        let values: Vec<Value> = arguments
            .iter()
            .map(|argument| self.eval(argument))
            .collect();
        let why = self.why(line, "a method or an object");
        if let [Value::Text(name), _, ..] = values.as_slice()
            && name
                .iter()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
        {
            self.state.taint(name, &why);
        }
        Value::Unknown(why)
    }
}

/// What both ways give, if it is the same. A way that ended the program does not count.
fn agreed(ends: (Option<Value>, Option<Value>), why: &Why) -> Value {
    match ends {
        (Some(a), Some(b)) if a == b => a,
        (Some(a @ Value::Unknown(_)), Some(_)) => a,
        (Some(_), Some(_)) => Value::Unknown(why.clone()),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => Value::Null,
    }
}

/// Whether an include's path ends in this file name, however it begins.
fn ends_in(expr: &Expr, name: &[u8]) -> bool {
    match &expr.kind {
        ExprKind::Literal(Value::Text(text)) => text
            .rsplit(|b| *b == b'/')
            .next()
            .is_some_and(|last| last == name),
        ExprKind::Binary(".", _, right) => ends_in(right, name),
        ExprKind::Joined(parts) => parts.last().is_some_and(|last| ends_in(last, name)),
        _ => false,
    }
}
