//! Tokens to expressions, by how tight PHP's operators bind.

use super::ast::{Expr, ExprKind};
use super::parse::{DEEPEST, Parsed, Parser, Unclear};
use super::tokens::{Kind, Part, Token};
use super::value::Value;

impl Parser<'_> {
    /// One expression.
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.deeper(|parser| parser.binary(0))
    }

    /// Operators that bind at least as tight as `least`.
    fn binary(&mut self, least: u8) -> Parsed<Expr> {
        let line = self.line();
        let mut left = self.unary()?;
        let mut chained = 0;
        loop {
            let Some((op, power, right_first)) = self.operator() else {
                return Ok(left);
            };
            if power < least {
                return Ok(left);
            }
            chained += 1;
            if chained + self.depth > DEEPEST {
                return Err(Unclear);
            }
            self.at += 1;
            let kind = if op == "?" {
                let middle = if self.is(":") {
                    None
                } else {
                    Some(Box::new(self.expr()?))
                };
                self.need(":")?;
                let last = self.deeper(|parser| parser.binary(power + 1))?;
                ExprKind::Ternary(Box::new(left), middle, Box::new(last))
            } else if op == "instanceof" {
                self.unary()?;
                ExprKind::Foreign(vec![left])
            } else {
                let next = if right_first { power } else { power + 1 };
                let right = self.deeper(|parser| parser.binary(next))?;
                ExprKind::Binary(op, Box::new(left), Box::new(right))
            };
            left = Expr { line, kind };
        }
    }

    /// The operator at hand, how tight it binds, and whether it groups from the right.
    fn operator(&self) -> Option<(&'static str, u8, bool)> {
        if let Some(word) = self.word() {
            return match word.as_str() {
                "or" => Some(("||", 1, false)),
                "xor" => Some(("xor", 2, false)),
                "and" => Some(("&&", 3, false)),
                "instanceof" => Some(("instanceof", 20, false)),
                _ => None,
            };
        }
        let Kind::Op(op) = self.token().kind else {
            return None;
        };
        let (power, right_first) = match op {
            "?" => (5, false),
            "??" => (6, true),
            "||" => (7, false),
            "&&" => (8, false),
            "|" => (9, false),
            "^" => (10, false),
            "&" => (11, false),
            "==" | "!=" | "===" | "!==" | "<>" | "<=>" => (12, false),
            "<" | "<=" | ">" | ">=" => (13, false),
            "." => (14, false),
            "<<" | ">>" => (15, false),
            "+" | "-" => (16, false),
            "*" | "/" | "%" => (17, false),
            "**" => (21, true),
            _ => return None,
        };
        Some((op, power, right_first))
    }

    fn unary(&mut self) -> Parsed<Expr> {
        self.deeper(Self::unary_inner)
    }

    fn unary_inner(&mut self) -> Parsed<Expr> {
        let line = self.line();
        let kind = match self.token().kind {
            Kind::Op(op @ ("!" | "-" | "+" | "~" | "@")) => {
                self.at += 1;
                // `!` binds less tight than arithmetic's signs, but both tighter than any operator we tell apart.
                let operand = if op == "-" || op == "+" {
                    self.binary(21)?
                } else {
                    self.unary()?
                };
                if op == "@" {
                    return Ok(operand);
                }
                ExprKind::Unary(op, Box::new(operand))
            }
            Kind::Op("&") => {
                self.at += 1;
                return self.unary();
            }
            Kind::Op(op @ ("++" | "--")) => {
                self.at += 1;
                let target = self.unary()?;
                changed(target, op)
            }
            Kind::Cast(letter) => {
                self.at += 1;
                ExprKind::Cast(letter, Box::new(self.unary()?))
            }
            _ => return self.postfix(),
        };
        Ok(Expr { line, kind })
    }

    /// A primary expression, what hangs on it, and an assignment to it.
    fn postfix(&mut self) -> Parsed<Expr> {
        let line = self.line();
        let mut expr = self.primary()?;
        let mut hanging = 0;
        loop {
            hanging += 1;
            if hanging + self.depth > DEEPEST {
                return Err(Unclear);
            }
            let Kind::Op(op) = self.token().kind else {
                return Ok(expr);
            };
            let kind = match op {
                "[" => {
                    self.at += 1;
                    let key = if self.is("]") {
                        None
                    } else {
                        Some(Box::new(self.expr()?))
                    };
                    self.need("]")?;
                    ExprKind::Index(Box::new(expr), key)
                }
                "(" => {
                    let arguments = self.arguments()?;
                    match expr.kind {
                        ExprKind::Constant(name) => ExprKind::Call(name, arguments),
                        kind => {
                            let callee = Expr { line, kind };
                            ExprKind::Foreign([vec![callee], arguments].concat())
                        }
                    }
                }
                "->" | "?->" | "::" => {
                    self.at += 1;
                    let of = match expr.kind {
                        // A class's name is no constant.
                        ExprKind::Constant(_) => Vec::new(),
                        kind => vec![Expr { line, kind }],
                    };
                    if self.eat("{") {
                        self.expr()?;
                        self.need("}")?;
                    } else {
                        self.at += 1;
                    }
                    let arguments = if self.is("(") {
                        self.arguments()?
                    } else {
                        Vec::new()
                    };
                    ExprKind::Foreign([of, arguments].concat())
                }
                "++" | "--" => {
                    self.at += 1;
                    changed(expr, op)
                }
                "=" => {
                    self.at += 1;
                    self.eat("&");
                    let value = self.deeper(|parser| parser.binary(4))?;
                    ExprKind::Assign(Box::new(expr), "", Box::new(value))
                }
                "+=" | "-=" | "*=" | "/=" | ".=" | "%=" | "&=" | "|=" | "^=" | "**=" | "<<="
                | ">>=" | "??=" => {
                    self.at += 1;
                    let value = self.deeper(|parser| parser.binary(4))?;
                    let op = op.strip_suffix('=').unwrap_or(op);
                    ExprKind::Assign(Box::new(expr), op, Box::new(value))
                }
                _ => return Ok(expr),
            };
            expr = Expr { line, kind };
        }
    }

    /// `( a, b )`, also with names (`a: 1`) and `...`.
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        self.need("(")?;
        let mut arguments = Vec::new();
        while !self.eat(")") {
            self.eat("...");
            let named = self.word().is_some() && matches!(self.ahead(1).kind, Kind::Op(":"));
            if named {
                // Named arguments may come in any order: nothing a configuration needs.
                return Err(Unclear);
            }
            if !self.is(")") {
                arguments.push(self.expr()?);
            }
            if !self.eat(",") && !self.is(")") {
                return Err(Unclear);
            }
        }
        Ok(arguments)
    }

    fn items(&mut self, close: &str) -> Parsed<Vec<(Option<Expr>, Expr)>> {
        let mut items = Vec::new();
        while !self.eat(close) {
            if self.eat(",") {
                // A hole of `list( , $x )`.
                continue;
            }
            if self.is("...") {
                return Err(Unclear);
            }
            let first = self.expr()?;
            let item = if self.eat("=>") {
                (Some(first), self.expr()?)
            } else {
                (None, first)
            };
            items.push(item);
            if !self.eat(",") && !self.is(close) {
                return Err(Unclear);
            }
        }
        Ok(items)
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let Token { kind, line } = self.token().clone();
        self.at += 1;
        let kind = match kind {
            Kind::Variable(name) => ExprKind::Variable(name),
            Kind::Int(n) => ExprKind::Literal(Value::Int(n)),
            Kind::Float(n) => ExprKind::Literal(Value::Float(n)),
            Kind::Text(parts) => self.text(parts, line)?,
            Kind::Shell => ExprKind::Opaque("a command or property"),
            Kind::Op("(") => {
                let inner = self.expr()?;
                self.need(")")?;
                return Ok(inner);
            }
            Kind::Op("[") => ExprKind::Array(self.items("]")?),
            Kind::Op("$") => {
                // A variable's variable.
                if self.eat("{") {
                    self.expr()?;
                    self.need("}")?;
                } else {
                    self.unary()?;
                }
                ExprKind::Opaque("a variable named at run time")
            }
            Kind::Op("#[") => {
                while !self.eat("]") {
                    if self.ended() {
                        return Err(Unclear);
                    }
                    self.at += 1;
                }
                return self.primary();
            }
            Kind::Name(name) => self.named(name, line)?,
            Kind::Op(_) | Kind::Cast(_) | Kind::Html | Kind::End => return Err(Unclear),
        };
        Ok(Expr { line, kind })
    }

    fn text(&mut self, parts: Vec<Part>, line: u32) -> Parsed<ExprKind> {
        let mut joined = Vec::new();
        for part in parts {
            match part {
                Part::Bytes(bytes) => {
                    joined.push(Expr {
                        line,
                        kind: ExprKind::Literal(Value::Text(bytes)),
                    });
                }
                Part::Tokens(tokens) => {
                    let mut inner = Parser {
                        tokens: &tokens,
                        at: 0,
                        depth: self.depth,
                        skipped: 0,
                    };
                    let expr = inner.expr()?;
                    if inner.at < tokens.len() {
                        return Err(Unclear);
                    }
                    joined.push(expr);
                }
            }
        }
        Ok(match <[Expr; 1]>::try_from(joined) {
            Ok(
                [
                    Expr {
                        kind: kind @ ExprKind::Literal(_),
                        ..
                    },
                ],
            ) => kind,
            Ok(one) => ExprKind::Joined(one.into()),
            Err(joined) => ExprKind::Joined(joined),
        })
    }

    /// What a name begins: a construct of the language, a call, or a constant.
    fn named(&mut self, name: Vec<u8>, line: u32) -> Parsed<ExprKind> {
        let called = self.is("(");
        let lower = name.to_ascii_lowercase();
        Ok(match lower.as_slice() {
            b"array" if called => {
                self.at += 1;
                ExprKind::Array(self.items(")")?)
            }
            b"list" if called => {
                self.at += 1;
                ExprKind::Array(self.items(")")?)
            }
            b"isset" if called => ExprKind::Isset(self.arguments()?),
            b"empty" if called => {
                let mut arguments = self.arguments()?;
                ExprKind::Empty(Box::new(arguments.pop().ok_or(Unclear)?))
            }
            b"exit" | b"die" => {
                if called {
                    self.arguments()?;
                }
                ExprKind::Exit
            }
            b"include" | b"include_once" => ExprKind::Include(false, Box::new(self.expr()?)),
            b"require" | b"require_once" => ExprKind::Include(true, Box::new(self.expr()?)),
            b"print" => {
                let shown = self.expr()?;
                ExprKind::Joined(vec![shown])
            }
            b"new" | b"clone" => {
                if self.word().as_deref() == Some("class") {
                    return Err(Unclear);
                }
                let inner = self.postfix()?;
                let arguments = match inner.kind {
                    ExprKind::Call(_, arguments) => arguments,
                    ExprKind::Constant(_) => Vec::new(),
                    kind => vec![Expr { line, kind }],
                };
                ExprKind::Foreign(arguments)
            }
            b"static" if matches!(self.word().as_deref(), Some("function" | "fn")) => {
                let inner = self.name()?;
                return self.named(inner, line);
            }
            b"function" => {
                while !self.is("{") {
                    if self.ended() {
                        return Err(Unclear);
                    }
                    self.at += 1;
                }
                ExprKind::Closure(self.body()?)
            }
            b"fn" => {
                let start = self.at;
                self.eat("&");
                while !self.eat("=>") {
                    if self.ended() || self.is(";") {
                        return Err(Unclear);
                    }
                    self.at += 1;
                }
                self.expr()?;
                ExprKind::Closure(self.tokens.get(start..self.at).unwrap_or_default().to_vec())
            }
            b"match" | b"throw" | b"yield" | b"goto" | b"namespace" | b"eval"
            | b"__halt_compiler" => {
                return Err(Unclear);
            }
            _ => ExprKind::Constant(name),
        })
    }
}

/// `++` and `--`: nothing a configuration needs the outcome of.
fn changed(target: Expr, _op: &'static str) -> ExprKind {
    let line = target.line;
    ExprKind::Assign(
        Box::new(target),
        "",
        Box::new(Expr {
            line,
            kind: ExprKind::Opaque("a counter"),
        }),
    )
}
