//! What is known at one point of a file, and how two ways to the same point are put together.

use std::collections::BTreeMap;

use super::value::{Value, Why};

/// A constant: its value, and whether it is defined on every way here.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Binding {
    pub(super) value: Value,
    pub(super) surely: bool,
}

/// Constants and variables at one point of the program.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) constants: BTreeMap<Vec<u8>, Binding>,
    /// Elements of `$_SERVER` and `$_ENV` stand here as `_SERVER` NUL `KEY`.
    pub(super) variables: BTreeMap<Vec<u8>, Value>,
    /// Something ran that may have defined anything.
    pub(super) wild: Option<Why>,
    /// Something ran that may have changed any variable.
    pub(super) wild_variables: Option<Why>,
}

impl State {
    /// `define()`: the first definition wins.
    pub(super) fn define(&mut self, name: &[u8], value: Value, why: &Why) {
        match self.constants.get_mut(name) {
            Some(Binding { surely: true, .. }) => {}
            Some(binding) => {
                if binding.value != value {
                    binding.value = Value::Unknown(why.clone());
                }
                binding.surely = true;
            }
            None => {
                self.constants.insert(
                    name.to_vec(),
                    Binding {
                        value,
                        surely: true,
                    },
                );
            }
        }
    }

    /// Something may have defined `name`, nobody knows as what.
    pub(super) fn taint(&mut self, name: &[u8], why: &Why) {
        let binding = self.constants.entry(name.to_vec()).or_insert(Binding {
            value: Value::Unknown(why.clone()),
            surely: false,
        });
        if !binding.surely {
            binding.value = Value::Unknown(why.clone());
        }
    }

    /// `defined()`, if it is known.
    pub(super) fn is_defined(&self, name: &[u8]) -> Result<bool, Why> {
        match self.constants.get(name) {
            Some(Binding { surely: true, .. }) => Ok(true),
            Some(Binding {
                value: Value::Unknown(why),
                ..
            }) => Err(why.clone()),
            Some(_) => Err(self.wild.clone().unwrap_or_else(|| Why {
                file: "wp-config.php".into(),
                line: 0,
                what: "a condition".into(),
            })),
            None => self.wild.clone().map_or(Ok(false), Err),
        }
    }

    /// The variable's value; unset ones are null.
    pub(super) fn variable(&self, name: &[u8]) -> Value {
        match (self.variables.get(name), &self.wild_variables) {
            (Some(value), _) => value.clone(),
            (None, Some(why)) => Value::Unknown(why.clone()),
            (None, None) => Value::Null,
        }
    }

    pub(super) fn set_variable(&mut self, name: &[u8], value: Value, why: &Why) {
        let value = if value.is_small() {
            value
        } else {
            Value::Unknown(why.clone())
        };
        self.variables.insert(name.to_vec(), value);
    }

    /// Something ran unseen. What was set before is believed to stay.
    pub(super) fn wild(&mut self, why: &Why) {
        self.wild.get_or_insert(why.clone());
        self.wild_variables.get_or_insert(why.clone());
    }

    /// Forgets every variable.
    pub(super) fn forget_variables(&mut self, why: &Why) {
        self.variables.clear();
        self.wild_variables = Some(why.clone());
    }

    /// What is known when this way or `other` was taken; `why` is what decides between them.
    pub(super) fn join(mut self, other: Self, why: &Why) -> Self {
        let mut constants = BTreeMap::new();
        let mut theirs = other.constants;
        for (name, mine) in self.constants {
            let joined = match theirs.remove(&name) {
                Some(their) => Binding {
                    surely: mine.surely && their.surely,
                    value: same(mine.value, their.value, why),
                },
                None => half(mine, other.wild.as_ref()),
            };
            constants.insert(name, joined);
        }
        for (name, their) in theirs {
            constants.insert(name, half(their, self.wild.as_ref()));
        }
        self.constants = constants;

        let mut variables = BTreeMap::new();
        let mut theirs = other.variables;
        for (name, mine) in self.variables {
            let their = theirs
                .remove(&name)
                .unwrap_or_else(|| Value::Unknown(why.clone()));
            variables.insert(name, same(mine, their, why));
        }
        for name in theirs.into_keys() {
            variables.insert(name, Value::Unknown(why.clone()));
        }
        self.variables = variables;
        self.wild = self.wild.or(other.wild);
        self.wild_variables = self.wild_variables.or(other.wild_variables);
        self
    }
}

/// Defined on one way only; the other way may have defined it too if it ran something `wild`.
fn half(binding: Binding, wild: Option<&Why>) -> Binding {
    let value = match wild {
        Some(why) => Value::Unknown(why.clone()),
        None => binding.value,
    };
    Binding {
        value,
        surely: false,
    }
}

fn same(mine: Value, their: Value, why: &Why) -> Value {
    match (mine, their) {
        (Value::Unknown(mine), _) => Value::Unknown(mine),
        (_, Value::Unknown(their)) => Value::Unknown(their),
        (mine, their) if mine == their => mine,
        _ => Value::Unknown(why.clone()),
    }
}
