//! Dates relative to the day that a template is compiled for.

use crate::domain::calendar::{add_days, add_months, less_days};
use chrono::{Datelike, Months, NaiveDate};

/// Replaces every relative date by the day it means. In an answer, a field `date` (or `column.date`)
/// stands for the three fields in which a day is typed.
pub(super) fn resolve_all(value: &mut toml::Value, today: NaiveDate) -> Result<(), String> {
    match value {
        toml::Value::String(text) if text.starts_with('@') => {
            *text = resolve(text, today)
                .ok_or_else(|| format!("“{text}” is no relative date"))?
                .to_string();
        }
        toml::Value::Array(values) => values.iter_mut().try_for_each(|v| resolve_all(v, today))?,
        toml::Value::Table(table) => {
            table
                .iter_mut()
                .try_for_each(|(_, v)| resolve_all(v, today))?;
            split_typed_days(table);
        }
        _ => {}
    }
    Ok(())
}

fn split_typed_days(table: &mut toml::Table) {
    let names: Vec<String> = table
        .keys()
        .filter(|k| *k == "date" || k.ends_with(".date"))
        .cloned()
        .collect();
    for name in names {
        let Some(day) = table
            .get(&name)
            .and_then(|v| v.as_str()?.parse::<NaiveDate>().ok())
        else {
            continue;
        };
        table.remove(&name);
        let prefix = name.strip_suffix("date").unwrap_or_default();
        for (part, value) in [
            ("day", day.day()),
            ("month", day.month()),
            ("year", day.year().unsigned_abs()),
        ] {
            table.insert(
                format!("{prefix}{part}"),
                toml::Value::String(value.to_string()),
            );
        }
    }
}

fn resolve(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let mut rest = text.strip_prefix('@')?;
    let mut day = today;
    while !rest.is_empty() {
        let unit = rest.find(['m', 'd'])?;
        let count: i32 = rest[..unit].parse().ok()?;
        day = match (&rest[unit..=unit], count >= 0) {
            ("m", true) => add_months(day, count.unsigned_abs()),
            ("m", false) => day.checked_sub_months(Months::new(count.unsigned_abs()))?,
            (_, true) => add_days(day, count.unsigned_abs().into()),
            (_, false) => less_days(day, count.unsigned_abs().into()),
        };
        rest = &rest[unit + 1..];
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_dates_step_months_first_and_clamp() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let today = day(2026, 11, 30);
        assert_eq!(resolve("@0d", today), Some(today));
        assert_eq!(resolve("@-9m-18d", today), Some(day(2026, 2, 10)));
        assert_eq!(resolve("@+3m+1d", today), Some(day(2027, 3, 1)));
        assert_eq!(resolve("@12d", today), Some(day(2026, 12, 12)));
        for bad in ["@x", "@1y", "@-", "@3"] {
            assert_eq!(resolve(bad, today), None, "{bad}");
        }
    }
}
