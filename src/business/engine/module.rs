//! A business module: its record types, what can be done with them, and what it does when others change.

use std::sync::Arc;

use super::command::{Command, Handler, handler};
use super::consequence::Consequence;
use super::kind::{Kind, Record};
use super::rule::Rule;

/// A module as it is put together.
pub struct Module {
    pub name: &'static str,
    pub needs: &'static [&'static str],
    pub kinds: Vec<Kind>,
    pub commands: Vec<Handler>,
    pub rules: Vec<Arc<dyn Rule>>,
    pub consequences: Vec<Arc<dyn Consequence>>,
    /// Types and the fields of days that are waited for.
    pub days: Vec<(&'static str, &'static str)>,
}

impl Module {
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            needs: &[],
            kinds: Vec::new(),
            commands: Vec::new(),
            rules: Vec::new(),
            consequences: Vec::new(),
            days: Vec::new(),
        }
    }

    /// Names the modules without which this one makes no sense.
    #[must_use]
    pub fn needs(mut self, modules: &'static [&'static str]) -> Self {
        self.needs = modules;
        self
    }

    #[must_use]
    pub fn record<T: Record>(mut self) -> Self {
        self.kinds.push(Kind::of::<T>());
        self
    }

    #[must_use]
    pub fn command<C: Command>(mut self) -> Self {
        self.commands.push(handler::<C>());
        self
    }

    /// Answers to events.
    #[must_use]
    pub fn rule(mut self, rule: impl Rule) -> Self {
        self.rules.push(Arc::new(rule));
        self
    }

    /// Draws a consequence from changes, with their commit.
    #[must_use]
    pub fn consequence(mut self, consequence: impl Consequence) -> Self {
        self.consequences.push(Arc::new(consequence));
        self
    }

    /// Waits for the day in a field; when it comes, the event `TYPE.FIELD` is told, once.
    #[must_use]
    pub fn awaits<T: Record>(mut self, field: &'static str) -> Self {
        self.days.push((T::KIND, field));
        self
    }
}
