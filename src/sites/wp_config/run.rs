//! Statements, followed without running them.
//!
//! Where a condition is known, its branch alone is followed; else every branch, and what they agree on stays known. Nothing
//! is executed, connected to or written; only files the configuration itself includes or asks for are looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ast::{Expr, Stmt, StmtKind};
use super::state::State;
use super::tokens::{self, Kind, Part, Token};
use super::value::{Value, Why};
use super::{ReadError, parse, source};

/// Files followed, and how deep they include each other.
const MOST_FILES: usize = 64;
const DEEPEST: usize = 8;
/// Tokens of one file.
const MOST_TOKENS: usize = 200_000;
/// Statements and expressions followed.
const MOST_STEPS: usize = 200_000;

/// How a statement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Normal,
    Leave,
    Return,
    /// The program ended, or reached wp-settings.php.
    Exit,
}

/// One file being followed.
struct Frame {
    path: PathBuf,
    shown: Arc<str>,
    returns: Vec<(State, Value)>,
}

/// Follows a configuration.
pub(super) struct Runner {
    pub(super) state: State,
    /// An expression ended the program.
    pub(super) exited: bool,
    pub(super) functions: BTreeMap<Vec<u8>, Vec<Token>>,
    /// States in which wp-settings.php was reached.
    booted: Vec<State>,
    root: PathBuf,
    frames: Vec<Frame>,
    breaks: Vec<Vec<State>>,
    /// Every file that was read.
    pub(super) files: BTreeSet<PathBuf>,
    opened: usize,
    steps: usize,
}

impl Runner {
    pub(super) fn new(state: State, root: PathBuf) -> Self {
        Self {
            state,
            root,
            exited: false,
            functions: BTreeMap::new(),
            booted: Vec::new(),
            frames: Vec::new(),
            breaks: Vec::new(),
            files: BTreeSet::new(),
            opened: 0,
            steps: 0,
        }
    }

    /// Follows the file at `path` to wp-settings.php, or to its end.
    pub(super) fn start(mut self, path: &Path) -> Result<(State, BTreeSet<PathBuf>), ReadError> {
        let tokens = source(path)?;
        let why = Why {
            file: path.display().to_string().into(),
            line: 0,
            what: "a condition".into(),
        };
        self.file(path.to_path_buf(), &tokens);
        if self.steps > MOST_STEPS {
            return Err(ReadError::TooComplex(path.to_path_buf()));
        }
        let ended = std::mem::take(&mut self.state);
        let state = self
            .booted
            .into_iter()
            .reduce(|a, b| a.join(b, &why))
            .unwrap_or(ended);
        Ok((state, self.files))
    }

    /// Follows a file's statements; what it returns.
    fn file(&mut self, path: PathBuf, tokens: &[Token]) -> Value {
        self.files.insert(path.clone());
        let statements = parse::parse(tokens);
        let shown = path.display().to_string().into();
        self.frames.push(Frame {
            path,
            shown,
            returns: Vec::new(),
        });
        // Functions are there before the first statement runs.
        for statement in &statements {
            if let StmtKind::Function(name, body) = &statement.kind {
                self.functions.insert(name.clone(), body.clone());
            }
        }
        let flow = self.block(&statements);
        let why = self.why(0, "a return");
        let returns = self
            .frames
            .pop()
            .map(|frame| frame.returns)
            .unwrap_or_default();
        let mut ends: Vec<(State, Value)> = returns;
        match flow {
            Flow::Normal | Flow::Leave => {
                ends.push((std::mem::take(&mut self.state), Value::Int(1)))
            }
            Flow::Return => {}
            Flow::Exit => self.exited = ends.is_empty(),
        }
        let joined = ends.into_iter().reduce(|(a, x), (b, y)| {
            let value = if x == y {
                x
            } else {
                Value::Unknown(why.clone())
            };
            (a.join(b, &why), value)
        });
        match joined {
            Some((state, value)) => {
                self.state = state;
                value
            }
            None => Value::Null,
        }
    }

    /// Why something at `line` of this file is unknown.
    pub(super) fn why(&self, line: u32, what: &str) -> Why {
        let file = self
            .frames
            .last()
            .map_or_else(|| "wp-config.php".into(), |frame| Arc::clone(&frame.shown));
        Why {
            file,
            line,
            what: what.into(),
        }
    }

    /// The file being followed.
    pub(super) fn path(&self) -> &Path {
        self.frames
            .last()
            .map_or(Path::new("/"), |frame| &frame.path)
    }

    /// Counts a step; false when there were too many.
    pub(super) fn step(&mut self) -> bool {
        self.steps += 1;
        self.steps <= MOST_STEPS
    }

    /// `include` or `require` of `path`, whose text the configuration spells out.
    pub(super) fn include(&mut self, path: &Value, required: bool, line: u32) -> Value {
        let unknown = |runner: &mut Self, what: &str| {
            let why = runner.why(line, what);
            runner.state.wild(&why);
            Value::Unknown(why)
        };
        let Some(bytes) = path.to_text() else {
            return unknown(self, "a file whose name is only known at run time");
        };
        let Some(path) = self.resolve(&bytes) else {
            return unknown(self, "a file that is none");
        };
        let found = std::fs::canonicalize(&path);
        let path = match found {
            Ok(path) => path,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => {
                return Value::Bool(false);
            }
            Err(_) => return unknown(self, "a file that is not there or cannot be read"),
        };
        if self.frames.iter().any(|frame| frame.path == path) {
            return Value::Bool(true);
        }
        self.opened += 1;
        if self.opened > MOST_FILES || self.frames.len() >= DEEPEST {
            return unknown(self, "too many files that include each other");
        }
        match source(&path) {
            Ok(tokens) => self.file(path, &tokens),
            Err(_) => unknown(self, "a file that is not there or cannot be read"),
        }
    }

    /// The WordPress directory.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where an included path leads. A relative one is looked for where PHP runs, then beside the file that names it.
    fn resolve(&self, path: &[u8]) -> Option<PathBuf> {
        let path = std::str::from_utf8(path).ok()?;
        if path.is_empty() || path.contains("://") || path.contains('\0') {
            return None;
        }
        let there = self.root.join(path);
        if there.exists() {
            return Some(there);
        }
        Some(self.path().parent()?.join(path))
    }

    /// wp-settings.php is reached: what is known now is what WordPress runs with.
    pub(super) fn boot(&mut self) {
        self.booted.push(self.state.clone());
        self.exited = true;
    }

    /// Runs `first` and `second` each from here, and joins what they leave.
    pub(super) fn either<T>(
        &mut self,
        why: &Why,
        first: impl FnOnce(&mut Self) -> T,
        second: impl FnOnce(&mut Self) -> T,
    ) -> (Option<T>, Option<T>) {
        let before = self.state.clone();
        let a = first(self);
        let first_exited = std::mem::take(&mut self.exited);
        let after_first = std::mem::replace(&mut self.state, before);
        let b = second(self);
        let second_exited = std::mem::take(&mut self.exited);
        match (first_exited, second_exited) {
            (true, true) => self.exited = true,
            (true, false) => {}
            (false, true) => self.state = after_first,
            (false, false) => {
                let after_second = std::mem::take(&mut self.state);
                self.state = after_first.join(after_second, why);
            }
        }
        ((!first_exited).then_some(a), (!second_exited).then_some(b))
    }

    fn block(&mut self, statements: &[Stmt]) -> Flow {
        for statement in statements {
            let flow = self.statement(statement);
            if flow != Flow::Normal {
                return flow;
            }
        }
        Flow::Normal
    }

    /// An expression as a statement or condition: whether the program goes on.
    fn eval_or_exit(&mut self, expr: &Expr) -> Result<Value, Flow> {
        let value = self.eval(expr);
        if std::mem::take(&mut self.exited) {
            Err(Flow::Exit)
        } else {
            Ok(value)
        }
    }

    fn statement(&mut self, statement: &Stmt) -> Flow {
        if !self.step() {
            return Flow::Exit;
        }
        match &statement.kind {
            StmtKind::Nothing => Flow::Normal,
            StmtKind::Expr(expr) => self
                .eval_or_exit(expr)
                .map_or_else(|flow| flow, |_| Flow::Normal),
            StmtKind::Const(pairs) => {
                for (name, expr) in pairs {
                    match self.eval_or_exit(expr) {
                        Ok(value) => {
                            let why = self.why(statement.line, "const");
                            self.state.define(name, value, &why);
                        }
                        Err(flow) => return flow,
                    }
                }
                Flow::Normal
            }
            StmtKind::Block(statements) => self.block(statements),
            StmtKind::If(branches, otherwise) => self.branches(branches, otherwise),
            StmtKind::Loop(before, body) => self.repeat(statement.line, before, body),
            StmtKind::Switch(subject, cases) => self.switch(statement.line, subject, cases),
            StmtKind::Try(tried, catches, last) => {
                self.attempt(statement.line, tried, catches, last)
            }
            StmtKind::Function(name, body) => {
                self.functions.insert(name.clone(), body.clone());
                Flow::Normal
            }
            StmtKind::Return(expr) => {
                let value = match expr {
                    Some(expr) => match self.eval_or_exit(expr) {
                        Ok(value) => value,
                        Err(flow) => return flow,
                    },
                    None => Value::Null,
                };
                let state = self.state.clone();
                if let Some(frame) = self.frames.last_mut() {
                    frame.returns.push((state, value));
                }
                Flow::Return
            }
            StmtKind::Leave => {
                let state = self.state.clone();
                match self.breaks.last_mut() {
                    Some(breaks) => {
                        breaks.push(state);
                        Flow::Leave
                    }
                    None => Flow::Normal,
                }
            }
            StmtKind::Unset(exprs) => {
                for expr in exprs {
                    let why = self.why(statement.line, "unset()");
                    self.assign(expr, Value::Null, &why);
                }
                Flow::Normal
            }
            StmtKind::Opaque(tokens) => {
                let why = self.why(statement.line, "code that cannot be followed");
                self.suspect(tokens, true, &why);
                Flow::Normal
            }
        }
    }

    fn branches(&mut self, branches: &[(Expr, Vec<Stmt>)], otherwise: &[Stmt]) -> Flow {
        let Some(((condition, body), rest)) = branches.split_first() else {
            return self.block(otherwise);
        };
        let value = match self.eval_or_exit(condition) {
            Ok(value) => value,
            Err(flow) => return flow,
        };
        match value.truth() {
            Some(true) => self.block(body),
            Some(false) => self.branches(rest, otherwise),
            None => {
                let why = self.condition(condition, &value);
                self.fork(
                    &why,
                    |runner| runner.block(body),
                    |runner| runner.branches(rest, otherwise),
                )
            }
        }
    }

    /// What an undecided condition is told as.
    pub(super) fn condition(&self, condition: &Expr, value: &Value) -> Why {
        match value {
            Value::Unknown(why) => {
                self.why(condition.line, &format!("a condition on {}", why.what))
            }
            _ => self.why(condition.line, "a condition"),
        }
    }

    /// Both ways, as statements: those that left or returned have noted their state already.
    fn fork(
        &mut self,
        why: &Why,
        first: impl FnOnce(&mut Self) -> Flow,
        second: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        let before = self.state.clone();
        let a = first(self);
        let after_first = std::mem::replace(&mut self.state, before);
        let b = second(self);
        match (a, b) {
            (Flow::Normal, Flow::Normal) => {
                let after_second = std::mem::take(&mut self.state);
                self.state = after_first.join(after_second, why);
                Flow::Normal
            }
            (Flow::Normal, _) => {
                self.state = after_first;
                Flow::Normal
            }
            (_, Flow::Normal) => Flow::Normal,
            // Neither goes on here. Leaving is what may go on soonest.
            (Flow::Leave, _) | (_, Flow::Leave) => Flow::Leave,
            (Flow::Return, _) | (_, Flow::Return) => Flow::Return,
            (Flow::Exit, Flow::Exit) => Flow::Exit,
        }
    }

    /// A body that runs any number of times: once from here, once from what that leaves.
    fn repeat(&mut self, line: u32, before: &[Expr], body: &[Stmt]) -> Flow {
        for expr in before {
            if let Err(flow) = self.eval_or_exit(expr) {
                return flow;
            }
        }
        let why = self.why(line, "a loop");
        for _ in 0..2 {
            let start = self.state.clone();
            self.breaks.push(Vec::new());
            let flow = self.block(body);
            let mut ends = self.breaks.pop().unwrap_or_default();
            if flow == Flow::Normal {
                ends.push(std::mem::take(&mut self.state));
            }
            self.state = ends
                .into_iter()
                .fold(start, |state, end| state.join(end, &why));
        }
        Flow::Normal
    }

    fn switch(&mut self, line: u32, subject: &Expr, cases: &[(Option<Expr>, Vec<Stmt>)]) -> Flow {
        let subject_value = match self.eval_or_exit(subject) {
            Ok(value) => value,
            Err(flow) => return flow,
        };
        let why = match &subject_value {
            Value::Unknown(_) => self.condition(subject, &subject_value),
            _ => self.why(line, "a switch"),
        };
        let mut entries = Vec::new();
        let mut decided = false;
        for (i, (case, _)) in cases.iter().enumerate() {
            let Some(case) = case else { continue };
            let value = match self.eval_or_exit(case) {
                Ok(value) => value,
                Err(flow) => return flow,
            };
            match subject_value.loosely_equals(&value) {
                Some(false) => {}
                Some(true) => {
                    entries.push(i);
                    decided = true;
                    break;
                }
                None => entries.push(i),
            }
        }
        let before = self.state.clone();
        let mut ends = Vec::new();
        if !decided {
            match cases.iter().position(|(case, _)| case.is_none()) {
                Some(i) => entries.push(i),
                None => ends.push(before.clone()),
            }
        }
        let mut last = Flow::Exit;
        for entry in entries {
            self.state = before.clone();
            self.breaks.push(Vec::new());
            let mut flow = Flow::Normal;
            for (_, body) in cases.iter().skip(entry) {
                flow = self.block(body);
                if flow != Flow::Normal {
                    break;
                }
            }
            ends.extend(self.breaks.pop().unwrap_or_default());
            match flow {
                Flow::Normal => ends.push(std::mem::take(&mut self.state)),
                Flow::Return => last = Flow::Return,
                Flow::Leave | Flow::Exit => {}
            }
        }
        match ends.into_iter().reduce(|a, b| a.join(b, &why)) {
            Some(state) => {
                self.state = state;
                Flow::Normal
            }
            None => last,
        }
    }

    fn attempt(&mut self, line: u32, tried: &[Stmt], catches: &[Vec<Stmt>], last: &[Stmt]) -> Flow {
        let why = self.why(line, "what may be thrown");
        let before = self.state.clone();
        let flow = self.block(tried);
        let after = self.state.clone();
        let thrown = before.join(after.clone(), &why);
        let mut ends = Vec::new();
        if flow == Flow::Normal {
            ends.push(after);
        }
        let mut other = flow;
        for body in catches {
            self.state = thrown.clone();
            match self.block(body) {
                Flow::Normal => ends.push(std::mem::take(&mut self.state)),
                flow => other = flow,
            }
        }
        match ends.into_iter().reduce(|a, b| a.join(b, &why)) {
            Some(state) => {
                self.state = state;
                self.block(last)
            }
            None => other,
        }
    }

    /// Takes note of everything `tokens` may define. `here` is whether their variables are ours.
    pub(super) fn suspect(&mut self, tokens: &[Token], here: bool, why: &Why) {
        let word = |i: usize| match tokens.get(i).map(|token| &token.kind) {
            Some(Kind::Name(name)) => name.to_ascii_lowercase(),
            _ => Vec::new(),
        };
        let shared = here
            || tokens.iter().enumerate().any(|(i, token)| {
                word(i) == b"global" || token.kind == Kind::Variable(b"GLOBALS".to_vec())
            });
        for (i, token) in tokens.iter().enumerate() {
            match &token.kind {
                Kind::Variable(name) if shared => {
                    let name = if matches!(name.as_slice(), b"_SERVER") {
                        server_key(tokens.get(i + 2))
                    } else {
                        Some(name.clone())
                    };
                    if let Some(name) = name {
                        self.state
                            .variables
                            .insert(name, Value::Unknown(why.clone()));
                    }
                }
                Kind::Name(_) => match word(i).as_slice() {
                    b"define" | b"\\define" => match tokens.get(i + 2).map(|token| &token.kind) {
                        Some(Kind::Text(parts)) => match parts.as_slice() {
                            [Part::Bytes(name)] => self.state.taint(name, why),
                            _ => self.state.wild(why),
                        },
                        _ => self.state.wild(why),
                    },
                    b"const" => {
                        if let Some(Kind::Name(name)) = tokens.get(i + 1).map(|token| &token.kind) {
                            self.state.taint(name, why);
                        }
                    }
                    b"include" | b"include_once" | b"require" | b"require_once" | b"eval" => {
                        self.state.wild(why);
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

fn server_key(token: Option<&Token>) -> Option<Vec<u8>> {
    match token.map(|token| &token.kind) {
        Some(Kind::Text(parts)) => match parts.as_slice() {
            [Part::Bytes(key)] => Some([b"_SERVER\0", key.as_slice()].concat()),
            _ => None,
        },
        _ => None,
    }
}

/// Tokens of a file's source.
pub(super) fn scan(path: &Path, bytes: &[u8]) -> Result<Vec<Token>, ReadError> {
    let tokens = tokens::scan(bytes).map_err(|error| ReadError::NotPhp {
        path: path.to_path_buf(),
        line: error.line,
        what: error.what,
    })?;
    if tokens.len() > MOST_TOKENS {
        return Err(ReadError::TooComplex(path.to_path_buf()));
    }
    Ok(tokens)
}
