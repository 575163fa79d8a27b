//! A form to fill.

use crate::forms::place;
use serde_json::{Value, json};

/// A form to fill: who, where, and what is set to something else than markup.
pub struct Step {
    pub who: &'static str,
    pub path: String,
    /// The end of its action, or the name of a control that it has; else the first with a text.
    pub form: String,
    pub set: Value,
    /// Boxes to tick, as a pattern of their names.
    pub tick: &'static str,
    /// What to choose, as a pattern of names, an equals sign and the option.
    pub pick: &'static str,
    /// Whether days that are empty are filled too.
    pub days: bool,
    /// Whether another test accounts for its texts.
    pub aside: bool,
}

/// A step that sets nothing.
pub fn step(who: &'static str, path: impl Into<String>) -> Step {
    Step {
        who,
        path: path.into(),
        form: String::new(),
        set: json!({}),
        tick: "",
        pick: "",
        days: false,
        aside: false,
    }
}

impl Step {
    /// What forms of its kind have in common: what one of them took, the next need not take again.
    pub fn key(&self) -> String {
        format!("{} {} {}", place(&self.path), self.form, self.pick)
    }

    pub fn set(self, set: Value) -> Self {
        Self { set, ..self }
    }

    pub fn form(self, form: impl Into<String>) -> Self {
        let form = form.into();
        Self { form, ..self }
    }

    pub fn with_days(self) -> Self {
        Self { days: true, ..self }
    }

    pub fn aside(self) -> Self {
        Self {
            aside: true,
            ..self
        }
    }

    pub fn pick(self, pick: &'static str) -> Self {
        Self { pick, ..self }
    }

    pub fn tick(self, tick: &'static str) -> Self {
        Self { tick, ..self }
    }
}
