//! Runs rows here and in PHP, in parts, on as many workers as there are processors, and compares.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use linkbackd::wordpress::version::Version;

use super::form::Form;
use super::judge::{Charset, Row, World, world};
use super::oracle::{Call, Oracle};
use super::shrink::shrink;
use super::value::{Answer, same, shown_all};

/// Who judges a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Judge {
    /// PHP alone.
    Php,
    /// WordPress, on a blog in UTF-8.
    WordPress,
    /// WordPress, on a blog in ISO-8859-1.
    Latin1,
    /// PHP behind FastCGI, which reads bodies.
    Fpm,
}

/// Rows and who judges them. A row gets one input where others get `one_in`.
pub(crate) struct Table {
    pub(crate) judge: Judge,
    pub(crate) rows: Vec<Row>,
    pub(crate) one_in: usize,
}

/// What to run.
pub(crate) struct Order {
    pub(crate) seed: u64,
    /// Inputs per function.
    pub(crate) inputs: usize,
    pub(crate) wordpress: PathBuf,
    pub(crate) version: Version,
}

/// Inputs of one function that one worker takes at a time.
const PART: usize = 12_500;

/// Mismatches shown of each function.
const SHOWN: usize = 5;

/// Differences that are meant: how PHP's answer begins, and why ours is another.
const LISTED: &[(&str, &str)] = &[(
    "!TypeError: chr(): Argument #1",
    "WordPress dies of a numeric reference beyond PHP's integers; here it is no reference",
)];

/// Some inputs of a row.
struct Part<'a> {
    judge: Judge,
    row: &'a Row,
    number: usize,
    first: usize,
    count: usize,
    /// Where the row's result is.
    place: usize,
}

/// What has become of a row.
#[derive(Default)]
struct Result {
    name: String,
    parts_left: usize,
    whole_space: bool,
    inputs: usize,
    mismatches: usize,
    /// Mismatches that are `LISTED`.
    listed: usize,
    examples: Vec<String>,
    /// Time the row took our threads to compute, and in all.
    ours: Duration,
    all: Duration,
}

/// Runs all rows. `false` if PHP said otherwise anywhere.
pub(crate) fn run(order: &Order, tables: &[Table]) -> bool {
    let began = Instant::now();
    let (parts, results) = parts(order, tables);
    let (next, results) = (AtomicUsize::new(0), Mutex::new(results));
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut judges = Judges::new(order);
                while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = compare(order, judges.of(part.judge), part);
                    let mut results = results.lock().expect("no worker panics with the lock");
                    results[part.place].add(found);
                }
            });
        }
    });
    let results = results.into_inner().expect("no worker panicked");
    let inputs: usize = results.iter().map(|result| result.inputs).sum();
    let wrong: Vec<_> = results
        .iter()
        .filter(|result| result.mismatches > 0)
        .map(|result| result.name.as_str())
        .collect();
    if results.iter().any(|result| result.listed > 0) {
        LISTED.iter().for_each(|(_, why)| println!("listed: {why}"));
    }
    println!(
        "golden: {} functions, {inputs} inputs, {} mismatches; WordPress {}; LINKBACKD_SEED={}; {:.0} s",
        results.len(),
        results
            .iter()
            .map(|result| result.mismatches)
            .sum::<usize>(),
        order.version,
        order.seed,
        began.elapsed().as_secs_f32()
    );
    if !wrong.is_empty() {
        println!("PHP differs in {}", wrong.join(", "));
    }
    wrong.is_empty()
}

/// Parts of all rows, those of a row together.
fn parts<'a>(order: &Order, tables: &'a [Table]) -> (Vec<Part<'a>>, Vec<Result>) {
    let (mut parts, mut results) = (Vec::new(), Vec::new());
    for table in tables {
        for row in &table.rows {
            let space = row.space();
            let inputs = space.unwrap_or(order.inputs.div_ceil(table.one_in));
            let suffix = if table.judge == Judge::Latin1 {
                " (ISO-8859-1)"
            } else {
                ""
            };
            let firsts = (0..inputs).step_by(PART);
            results.push(Result {
                name: format!("{}{suffix}", row.function),
                parts_left: firsts.len(),
                whole_space: space.is_some(),
                ..Result::default()
            });
            parts.extend(firsts.enumerate().map(|(number, first)| Part {
                judge: table.judge,
                row,
                number,
                first,
                count: PART.min(inputs - first),
                place: results.len() - 1,
            }));
        }
    }
    (parts, results)
}

impl Result {
    fn add(&mut self, part: Self) {
        self.parts_left -= 1;
        self.inputs += part.inputs;
        self.mismatches += part.mismatches;
        self.listed += part.listed;
        self.ours += part.ours;
        self.all += part.all;
        let room = SHOWN.saturating_sub(self.examples.len());
        self.examples.extend(part.examples.into_iter().take(room));
        if self.parts_left == 0 {
            self.examples
                .iter()
                .for_each(|example| println!("{example}"));
            println!(
                "{:44} {:>8} inputs{}, {} mismatches{} ({:.1} s, {:.1} s here)",
                self.name,
                self.inputs,
                if self.whole_space {
                    ", all there are"
                } else {
                    ""
                },
                self.mismatches,
                if self.listed > 0 {
                    format!(", {} as listed", self.listed)
                } else {
                    String::new()
                },
                self.all.as_secs_f32(),
                self.ours.as_secs_f32(),
            );
        }
    }
}

/// The processes of one worker, started when they are first asked.
pub(crate) struct Judges<'a> {
    order: &'a Order,
    started: BTreeMap<Judge, (Process, World)>,
}

/// Something that answers calls.
pub(crate) enum Process {
    Php(Oracle),
    Fpm(Form),
}

impl<'a> Judges<'a> {
    pub(crate) fn new(order: &'a Order) -> Self {
        Self {
            order,
            started: BTreeMap::new(),
        }
    }

    pub(crate) fn of(&mut self, judge: Judge) -> &mut (Process, World) {
        let order = self.order;
        self.started.entry(judge).or_insert_with(|| {
            let blog = |charset: Charset| {
                let php = Oracle::start(Some(&order.wordpress), &charset.options());
                (Process::Php(php), world(order.version, charset))
            };
            let plain = || world(order.version, Charset::Utf8);
            match judge {
                Judge::Php => (Process::Php(Oracle::start(None, "{}")), plain()),
                Judge::WordPress => blog(Charset::Utf8),
                Judge::Latin1 => blog(Charset::Latin1),
                Judge::Fpm => (Process::Fpm(Form::start()), plain()),
            }
        })
    }
}

impl Process {
    /// Calls `function`; `each` gets batches of calls, and what gives their answers.
    fn call(
        &mut self,
        function: &str,
        calls: &[Call],
        each: impl FnMut(&[Call], &mut dyn FnMut() -> Vec<Vec<u8>>),
    ) {
        match self {
            Self::Php(oracle) => oracle.call(function, calls, each),
            Self::Fpm(form) => form.call(function, calls, each),
        }
    }

    pub(crate) fn ask(&mut self, function: &str, calls: &[Call]) -> Vec<Vec<u8>> {
        let mut all = Vec::with_capacity(calls.len());
        self.call(function, calls, |_, answers| all.extend(answers()));
        all
    }
}

fn compare(order: &Order, (process, world): &mut (Process, World), part: &Part<'_>) -> Result {
    let began = Instant::now();
    let row = part.row;
    let calls = row.calls(order.seed, part.number as u64, part.first, part.count);
    let mut found = Result {
        inputs: calls.len(),
        ..Result::default()
    };
    let mut wrong = Vec::new();
    process.call(row.function, &calls, |batch, answers| {
        let start = computed();
        let ours: Vec<_> = batch.iter().map(|call| row.ours(world, call)).collect();
        found.ours += computed().saturating_sub(start);
        for ((call, ours), php) in batch.iter().zip(ours).zip(answers()) {
            if equal(&ours, &php) {
                continue;
            }
            if LISTED
                .iter()
                .any(|(start, _)| php.starts_with(start.as_bytes()))
            {
                found.listed += 1;
            } else {
                found.mismatches += 1;
                if wrong.len() < SHOWN {
                    wrong.push(call.clone());
                }
            }
        }
    });
    for call in wrong {
        let call = shrink(row, world, process, call);
        let php = process
            .ask(row.function, std::slice::from_ref(&call))
            .remove(0);
        found.examples.push(format!(
            "{}({})\n  php:  {}\n  ours: {}",
            row.function,
            shown_all(&call),
            Answer::read(&php).shown(),
            row.ours(world, &call).shown()
        ));
    }
    found.all = began.elapsed();
    found
}

/// Time this thread has computed, which others on the machine do not lengthen.
fn computed() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// Whether PHP's answer is ours. Bytes first: reading them costs more than all else.
pub(crate) fn equal(ours: &Answer, php: &[u8]) -> bool {
    ours.write() == php || same(ours, &Answer::read(php))
}
