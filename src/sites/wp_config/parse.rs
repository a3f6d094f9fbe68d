//! Tokens to statements.
//!
//! A statement that is not understood becomes [`StmtKind::Opaque`] and parsing goes on behind it: what it may define
//! is unknown then, not lost. Nesting is bounded, so hostile files cost no stack.

use super::ast::{Expr, ExprKind, Stmt, StmtKind};
use super::tokens::{Kind, Token};

/// How deep expressions and blocks may nest, and how many operators may follow each other in one.
pub(super) const DEEPEST: usize = 120;
/// Tokens skipped before the rest of a file is given up.
const MOST_SKIPPED: usize = 200_000;

/// Not understood.
#[derive(Debug)]
pub(super) struct Unclear;

pub(super) type Parsed<T> = Result<T, Unclear>;

/// All statements of a file.
pub(super) fn parse(tokens: &[Token]) -> Vec<Stmt> {
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        skipped: 0,
    };
    let mut statements = Vec::new();
    while !parser.ended() {
        statements.push(parser.lenient_statement());
    }
    statements
}

/// Where in a file's tokens the parser is.
pub(super) struct Parser<'t> {
    pub(super) tokens: &'t [Token],
    pub(super) at: usize,
    pub(super) depth: usize,
    /// Tokens that were skipped, some of them several times.
    pub(super) skipped: usize,
}

static END: Token = Token {
    kind: Kind::End,
    line: 0,
};

impl Parser<'_> {
    pub(super) fn token(&self) -> &Token {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, count: usize) -> &Token {
        self.tokens
            .get(self.at + count)
            .or_else(|| self.tokens.last())
            .unwrap_or(&END)
    }

    pub(super) fn line(&self) -> u32 {
        self.token().line
    }

    pub(super) fn ended(&self) -> bool {
        self.at >= self.tokens.len() || self.token().kind == Kind::End
    }

    pub(super) fn is(&self, op: &str) -> bool {
        matches!(self.token().kind, Kind::Op(found) if found == op)
    }

    pub(super) fn eat(&mut self, op: &str) -> bool {
        let found = self.is(op);
        self.at += usize::from(found);
        found
    }

    pub(super) fn need(&mut self, op: &str) -> Parsed<()> {
        if self.eat(op) { Ok(()) } else { Err(Unclear) }
    }

    /// The name at hand in lower case, if it is one.
    pub(super) fn word(&self) -> Option<String> {
        self.word_ahead(0)
    }

    pub(super) fn word_ahead(&self, count: usize) -> Option<String> {
        match &self.ahead(count).kind {
            Kind::Name(name) => Some(String::from_utf8_lossy(name).to_ascii_lowercase()),
            _ => None,
        }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.word().as_deref() == Some(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn name(&mut self) -> Parsed<Vec<u8>> {
        let Kind::Name(name) = &self.token().kind else {
            return Err(Unclear);
        };
        let name = name.clone();
        self.at += 1;
        Ok(name)
    }

    pub(super) fn deeper<T>(&mut self, step: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return Err(Unclear);
        }
        self.depth += 1;
        let result = step(self);
        self.depth -= 1;
        result
    }

    /// A statement, or all tokens to its probable end.
    fn lenient_statement(&mut self) -> Stmt {
        let (start, line) = (self.at, self.line());
        if let Ok(statement) = self.statement() {
            return statement;
        }
        self.at = start;
        if self.skipped > MOST_SKIPPED {
            // Brackets that never close are skipped once for each level: enough is enough.
            self.at = self.tokens.len();
        } else {
            self.skip_statement();
        }
        self.skipped += self.at - start;
        Stmt {
            line,
            kind: StmtKind::Opaque(self.tokens.get(start..self.at).unwrap_or_default().to_vec()),
        }
    }

    /// Past the next `;` or balanced `}` that belongs to no inner bracket. Always moves.
    fn skip_statement(&mut self) {
        let mut open = 0_usize;
        while !self.ended() {
            let kind = self.token().kind.clone();
            self.at += 1;
            match kind {
                Kind::Op("{" | "(" | "[") => open += 1,
                Kind::Op("}") if open <= 1 => return,
                Kind::Op("}" | ")" | "]") => open = open.saturating_sub(1),
                Kind::Op(";") if open == 0 => return,
                _ => {}
            }
        }
    }

    /// The tokens of a bracketed body, from its `{` on.
    pub(super) fn body(&mut self) -> Parsed<Vec<Token>> {
        if !self.is("{") {
            return Err(Unclear);
        }
        let start = self.at;
        let mut open = 0_usize;
        while !self.ended() {
            match self.token().kind {
                Kind::Op("{") => open += 1,
                Kind::Op("}") => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Ok(self.tokens.get(start..self.at).unwrap_or_default().to_vec());
            }
        }
        Err(Unclear)
    }

    fn statement(&mut self) -> Parsed<Stmt> {
        let line = self.line();
        let kind = self.deeper(Self::statement_kind)?;
        Ok(Stmt { line, kind })
    }

    fn statement_kind(&mut self) -> Parsed<StmtKind> {
        if let Kind::Html = self.token().kind {
            self.at += 1;
            return Ok(StmtKind::Nothing);
        }
        if self.eat(";") {
            return Ok(StmtKind::Nothing);
        }
        if self.eat("{") {
            return self.until_brace().map(StmtKind::Block);
        }
        if let Some(word) = self.word()
            && let Some(kind) = self.keyword(&word)?
        {
            return Ok(kind);
        }
        let expr = self.expr()?;
        self.end_of_statement()?;
        Ok(StmtKind::Expr(expr))
    }

    fn end_of_statement(&mut self) -> Parsed<()> {
        if self.eat(";") || self.ended() || matches!(self.token().kind, Kind::Html) {
            Ok(())
        } else {
            Err(Unclear)
        }
    }

    fn until_brace(&mut self) -> Parsed<Vec<Stmt>> {
        let mut statements = Vec::new();
        while !self.eat("}") {
            if self.ended() {
                return Err(Unclear);
            }
            statements.push(self.lenient_statement());
        }
        Ok(statements)
    }

    /// One statement as a branch, or the alternative syntax's up to one of `ends` (which stays).
    fn branch(&mut self, ends: &[&str]) -> Parsed<(Vec<Stmt>, bool)> {
        if !self.eat(":") {
            return Ok((vec![self.statement()?], false));
        }
        let mut statements = Vec::new();
        while !self
            .word()
            .is_some_and(|word| ends.contains(&word.as_str()))
        {
            if self.ended() {
                return Err(Unclear);
            }
            statements.push(self.lenient_statement());
        }
        Ok((statements, true))
    }

    fn closed_branch(&mut self, end: &str) -> Parsed<Vec<Stmt>> {
        let (statements, alternative) = self.branch(&[end])?;
        if alternative {
            self.at += 1;
            self.end_of_statement()?;
        }
        Ok(statements)
    }

    fn condition(&mut self) -> Parsed<Expr> {
        self.need("(")?;
        let condition = self.expr()?;
        self.need(")")?;
        Ok(condition)
    }

    /// The statement that `word` begins, if it begins one.
    fn keyword(&mut self, word: &str) -> Parsed<Option<StmtKind>> {
        let call = matches!(self.ahead(1).kind, Kind::Op("("));
        let kind = match word {
            "if" => {
                self.at += 1;
                self.if_statement()?
            }
            "while" => {
                self.at += 1;
                let condition = self.condition()?;
                StmtKind::Loop(vec![condition], self.closed_branch("endwhile")?)
            }
            "do" => {
                self.at += 1;
                let body = vec![self.statement()?];
                if !self.eat_word("while") {
                    return Err(Unclear);
                }
                let condition = self.condition()?;
                self.end_of_statement()?;
                StmtKind::Loop(vec![condition], body)
            }
            "for" => {
                self.at += 1;
                self.need("(")?;
                let mut exprs = Vec::new();
                while !self.eat(")") {
                    if !self.eat(";") && !self.eat(",") {
                        exprs.push(self.expr()?);
                    }
                }
                StmtKind::Loop(exprs, self.closed_branch("endfor")?)
            }
            "foreach" => {
                self.at += 1;
                self.foreach()?
            }
            "switch" => {
                self.at += 1;
                self.switch()?
            }
            "try" => {
                self.at += 1;
                self.try_statement()?
            }
            "function" if matches!(self.ahead(1).kind, Kind::Name(_)) => {
                self.at += 1;
                let name = self.name()?.to_ascii_lowercase();
                while !self.is("{") {
                    if self.ended() {
                        return Err(Unclear);
                    }
                    self.at += 1;
                }
                StmtKind::Function(name, self.body()?)
            }
            "abstract" | "final" | "class" | "interface" | "trait" | "enum" | "readonly"
                if !call =>
            {
                let start = self.at;
                while !self.is("{") {
                    if self.ended() || self.is(";") {
                        return Err(Unclear);
                    }
                    self.at += 1;
                }
                self.body()?;
                StmtKind::Opaque(self.tokens.get(start..self.at).unwrap_or_default().to_vec())
            }
            "const" => {
                self.at += 1;
                let mut pairs = Vec::new();
                loop {
                    let name = self.name()?;
                    self.need("=")?;
                    pairs.push((name, self.expr()?));
                    if !self.eat(",") {
                        break;
                    }
                }
                self.end_of_statement()?;
                StmtKind::Const(pairs)
            }
            "return" => {
                self.at += 1;
                let value = if self.is(";") || self.ended() {
                    None
                } else {
                    Some(self.expr()?)
                };
                self.end_of_statement()?;
                StmtKind::Return(value)
            }
            "break" | "continue" => {
                self.at += 1;
                if let Kind::Int(levels) = self.token().kind {
                    // More than one level is nothing a configuration has.
                    if levels != 1 {
                        return Err(Unclear);
                    }
                    self.at += 1;
                }
                self.end_of_statement()?;
                StmtKind::Leave
            }
            "echo" => {
                self.at += 1;
                let mut exprs = vec![self.expr()?];
                while self.eat(",") {
                    exprs.push(self.expr()?);
                }
                self.end_of_statement()?;
                let line = self.line();
                StmtKind::Expr(Expr {
                    line,
                    kind: ExprKind::Joined(exprs),
                })
            }
            "unset" if call => {
                self.at += 1;
                let exprs = self.arguments()?;
                self.end_of_statement()?;
                StmtKind::Unset(exprs)
            }
            // `global` outside of functions changes nothing; imports name classes and functions only.
            "global" | "use" => {
                self.skip_statement();
                StmtKind::Nothing
            }
            "declare" if call => {
                self.at += 1;
                self.arguments()?;
                if !self.eat(";") {
                    return Err(Unclear);
                }
                StmtKind::Nothing
            }
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    fn if_statement(&mut self) -> Parsed<StmtKind> {
        let mut branches = Vec::new();
        loop {
            let condition = self.condition()?;
            let (body, alternative) = self.branch(&["elseif", "else", "endif"])?;
            branches.push((condition, body));
            if branches.len() > DEEPEST {
                return Err(Unclear);
            }
            let else_if = self.word().as_deref() == Some("else")
                && self.word_ahead(1).as_deref() == Some("if");
            if self.eat_word("elseif") {
                continue;
            }
            if else_if && !alternative {
                self.at += 2;
                continue;
            }
            let otherwise = if self.eat_word("else") {
                self.branch(&["endif"])?.0
            } else {
                Vec::new()
            };
            if alternative {
                if !self.eat_word("endif") {
                    return Err(Unclear);
                }
                self.end_of_statement()?;
            }
            return Ok(StmtKind::If(branches, otherwise));
        }
    }

    fn foreach(&mut self) -> Parsed<StmtKind> {
        self.need("(")?;
        let line = self.line();
        let subject = self.expr()?;
        if !self.eat_word("as") {
            return Err(Unclear);
        }
        let unknown = |target: Expr| Expr {
            line,
            kind: ExprKind::Assign(
                Box::new(target),
                "",
                Box::new(Expr {
                    line,
                    kind: ExprKind::Opaque("a loop's variable"),
                }),
            ),
        };
        let mut before = vec![subject];
        loop {
            self.eat("&");
            let target = self.expr()?;
            before.push(unknown(target));
            if !self.eat("=>") {
                break;
            }
        }
        self.need(")")?;
        Ok(StmtKind::Loop(before, self.closed_branch("endforeach")?))
    }

    fn switch(&mut self) -> Parsed<StmtKind> {
        let subject = self.condition()?;
        let alternative = self.eat(":");
        if !alternative {
            self.need("{")?;
        }
        let mut cases: Vec<(Option<Expr>, Vec<Stmt>)> = Vec::new();
        loop {
            if self.ended() {
                return Err(Unclear);
            }
            if alternative && self.eat_word("endswitch") {
                self.end_of_statement()?;
                break;
            }
            if !alternative && self.eat("}") {
                break;
            }
            if self.eat_word("case") {
                cases.push((Some(self.expr()?), Vec::new()));
                if !self.eat(":") && !self.eat(";") {
                    return Err(Unclear);
                }
            } else if self.eat_word("default") {
                cases.push((None, Vec::new()));
                if !self.eat(":") && !self.eat(";") {
                    return Err(Unclear);
                }
            } else {
                let statement = self.lenient_statement();
                match cases.last_mut() {
                    Some((_, body)) => body.push(statement),
                    None if matches!(statement.kind, StmtKind::Nothing) => {}
                    None => return Err(Unclear),
                }
            }
        }
        Ok(StmtKind::Switch(subject, cases))
    }

    fn try_statement(&mut self) -> Parsed<StmtKind> {
        self.need("{")?;
        let tried = self.until_brace()?;
        let (mut catches, mut last) = (Vec::new(), Vec::new());
        while self.eat_word("catch") {
            self.need("(")?;
            while !self.eat(")") {
                if self.ended() {
                    return Err(Unclear);
                }
                self.at += 1;
            }
            self.need("{")?;
            catches.push(self.until_brace()?);
        }
        if self.eat_word("finally") {
            self.need("{")?;
            last = self.until_brace()?;
        }
        Ok(StmtKind::Try(tried, catches, last))
    }
}
