//! The shape of a configuration file's statements and expressions.

use super::tokens::Token;
use super::value::Value;

/// An expression and the line it starts on.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub(super) line: u32,
    pub(super) kind: ExprKind,
}

#[derive(Clone, Debug)]
pub(super) enum ExprKind {
    Literal(Value),
    /// Pieces of a string, put together.
    Joined(Vec<Expr>),
    Variable(Vec<u8>),
    Constant(Vec<u8>),
    Index(Box<Expr>, Option<Box<Expr>>),
    Array(Vec<(Option<Expr>, Expr)>),
    Call(Vec<u8>, Vec<Expr>),
    /// A method, a `new`, a call of what is no name: the arguments are worked out, the rest is anyone's guess.
    Foreign(Vec<Expr>),
    /// Target, operator (without its `=`, empty for a plain one), value.
    Assign(Box<Expr>, &'static str, Box<Expr>),
    Unary(&'static str, Box<Expr>),
    Cast(u8, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Ternary(Box<Expr>, Option<Box<Expr>>, Box<Expr>),
    Isset(Vec<Expr>),
    Empty(Box<Expr>),
    /// Whether it is `require`, which ends the program when the file is missing.
    Include(bool, Box<Expr>),
    Exit,
    /// A closure's tokens: whatever it does is unknown.
    Closure(Vec<Token>),
    /// What depends on the running PHP in a way nobody can follow; its name.
    Opaque(&'static str),
}

/// A statement and the line it starts on.
#[derive(Clone, Debug)]
pub(super) struct Stmt {
    pub(super) line: u32,
    pub(super) kind: StmtKind,
}

#[derive(Clone, Debug)]
pub(super) enum StmtKind {
    Expr(Expr),
    Const(Vec<(Vec<u8>, Expr)>),
    Block(Vec<Stmt>),
    /// Conditions with their branches, then the last `else`.
    If(Vec<(Expr, Vec<Stmt>)>, Vec<Stmt>),
    /// A body that may run any number of times; what is worked out before each.
    Loop(Vec<Expr>, Vec<Stmt>),
    /// Subject; each case (`None` is the default) with its statements.
    Switch(Expr, Vec<(Option<Expr>, Vec<Stmt>)>),
    /// What is tried, each catch, finally.
    Try(Vec<Stmt>, Vec<Vec<Stmt>>, Vec<Stmt>),
    Function(Vec<u8>, Vec<Token>),
    Return(Option<Expr>),
    /// `break` and `continue`
    Leave,
    Unset(Vec<Expr>),
    Nothing,
    /// What is not understood, and class bodies: it may do anything its tokens mention.
    Opaque(Vec<Token>),
}
