//! An organisation's settings as a form: what stands in it, and back. A new setting is a line in
//! [`typed`], a line in [`read`] and a control in `pages/settings.rs`.

use super::body::Body;
use crate::components::furniture::FieldError;
use crate::domain::calendar::{add_days, read_day};
use crate::domain::people::{OrganisationAction, Role, is_email, may_in};
use crate::domain::schedule::{Anchor, Targets};
use crate::server::store::organisations::Settings;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// What stands in the form for these settings.
#[must_use]
pub fn typed(settings: &Settings, today: NaiveDate) -> BTreeMap<String, String> {
    let mut typed = BTreeMap::new();
    let mut put = |name: String, value: String| typed.insert(name, value);
    let number = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
    put("mailbox".into(), settings.mailbox.clone());
    let mut day = |name: &str, on: Option<NaiveDate>| {
        if let Some(on) = on {
            put(format!("{name}/day"), on.day().to_string());
            put(format!("{name}/month"), on.month().to_string());
            put(format!("{name}/year"), on.year().to_string());
        }
    };
    day("mailbox-checked", settings.mailbox_checked_on);
    put("target/draft".into(), settings.targets.draft.to_string());
    put(
        "target/manager".into(),
        settings.targets.manager.to_string(),
    );
    put("target/part-c".into(), settings.targets.part_c.to_string());
    let anchor = settings.counting.on(add_days(today, 1));
    put("count-from".into(), anchor.name().into());
    put("idle-minutes".into(), number(settings.idle_minutes));
    put("session-hours".into(), number(settings.session_hours));
    if settings.second_factor_required {
        put("second-factor".into(), "yes".into());
    }
    if settings.attach_data {
        put("attach-data".into(), "yes".into());
    }
    for role in &settings.emergency_roles {
        put(format!("emergency/{}", role.name()), "yes".into());
    }
    typed
}

/// Reads the form. `standing`: the settings that it changes.
///
/// # Errors
/// Each control that is wrong, with what would be right.
pub fn read(
    body: &Body,
    standing: &Settings,
    today: NaiveDate,
) -> Result<Settings, Vec<FieldError>> {
    let mut form = Reading {
        body,
        today,
        errors: vec![],
    };
    let mailbox = body.get("mailbox").trim().to_owned();
    if !is_email(&mailbox) {
        form.error("mailbox", "Give the mailbox as an e-mail address");
    }
    let chosen = body.get("count-from");
    let anchor = Anchor::ALL.into_iter().find(|a| a.name() == chosen);
    if anchor.is_none() {
        form.error("count-from", "Say what due dates count from");
    }
    let settings = Settings {
        counting: standing
            .counting
            .clone()
            .changed(anchor.unwrap_or_default(), today),
        mailbox,
        mailbox_checked_on: form.day("mailbox-checked"),
        targets: Targets {
            draft: form.number("target/draft", 0, 60).into(),
            manager: form.number("target/manager", 0, 60).into(),
            part_c: form.number("target/part-c", 0, 60).into(),
        },
        idle_minutes: form.optional("idle-minutes", 5, 480),
        session_hours: form.optional("session-hours", 1, 24),
        second_factor_required: body.get("second-factor") == "yes",
        attach_data: body.get("attach-data") == "yes",
        emergency_roles: Role::ALL
            .into_iter()
            .filter(|role| may_in(*role, OrganisationAction::OpenInEmergency))
            .filter(|role| body.get(&format!("emergency/{}", role.name())) == "yes")
            .collect(),
    };
    let t = settings.targets;
    if form.errors.is_empty() && (t.draft < t.manager || t.manager < t.part_c) {
        form.error(
            "target/draft",
            "The draft comes first, then the line manager, then Part C: each with as many days left or fewer than the one before",
        );
    }
    if form.errors.is_empty() {
        Ok(settings)
    } else {
        Err(form.errors)
    }
}

struct Reading<'a> {
    body: &'a Body,
    today: NaiveDate,
    errors: Vec<FieldError>,
}

impl Reading<'_> {
    fn error(&mut self, control: &str, message: &str) {
        self.errors.push(FieldError {
            control: control.to_owned(),
            message: message.to_owned(),
        });
    }

    fn number(&mut self, name: &str, least: u16, most: u16) -> u16 {
        let number = self.body.get(name).trim().parse::<u16>().ok();
        if let Some(number) = number.filter(|n| (least..=most).contains(n)) {
            return number;
        }
        self.error(name, &format!("Give a whole number from {least} to {most}"));
        least
    }

    fn optional(&mut self, name: &str, least: u16, most: u16) -> Option<u16> {
        let empty = self.body.get(name).trim().is_empty();
        (!empty).then(|| self.number(name, least, most))
    }

    /// A day that may be left empty and is not in the future.
    fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let [day, month, year] = ["day", "month", "year"]
            .map(|part| self.body.get(&format!("{name}/{part}")).trim().to_owned());
        if day.is_empty() && month.is_empty() && year.is_empty() {
            return None;
        }
        match read_day(&day, &month, &year) {
            Ok(on) if on > self.today => {
                self.error(&format!("{name}/day"), "The day cannot be after today");
                None
            }
            Ok(on) => Some(on),
            Err(problem) => {
                self.error(&format!("{name}/{}", problem.field()), &problem.to_string());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_reads_back_as_it_was() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let settings = Settings {
            mailbox_checked_on: Some(today),
            idle_minutes: Some(20),
            second_factor_required: false,
            ..Settings::default()
        };
        let body = Body(typed(&settings, today).into_iter().collect());
        assert_eq!(read(&body, &settings, today), Ok(settings));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        for (name, value, control) in [
            ("mailbox", "nonsense", "mailbox"),
            ("mailbox", "a@b.uk\r\nBcc: c@d.uk", "mailbox"),
            ("idle-minutes", "4", "idle-minutes"),
            ("idle-minutes", "99999999999", "idle-minutes"),
            ("session-hours", "25", "session-hours"),
            ("target/draft", "-1", "target/draft"),
            ("target/draft", "3", "target/draft"),
            ("mailbox-checked/day", "31", "mailbox-checked/month"),
            ("count-from", "christmas", "count-from"),
        ] {
            let mut typed = typed(&Settings::default(), today);
            typed.insert(name.into(), value.into());
            let body = Body(typed.into_iter().collect());
            let errors = read(&body, &Settings::default(), today).unwrap_err();
            assert!(
                errors.iter().any(|e| e.control == control),
                "{name}={value}: {errors:?}"
            );
        }
    }
}
