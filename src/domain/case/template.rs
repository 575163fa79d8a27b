//! Case templates: fictional cases whose dates are relative to a day, so that the demo always has
//! something due. A template is compiled to an ordinary [`Case`], then imported like any other.
//!
//! `@` is that day: `@-3m+4d` is three calendar months before (clamped to the month's end), four days on.

mod dates;

use super::{
    AnswerInCase, Carried, Case, CommentInCase, EntryInCase, FrozenInCase, LateNotice,
    ReportInCase, SCHEMA, SendingInCase, SignatureInCase, VersionInCase,
};
use crate::domain::calendar::{add_days, less_days};
use crate::domain::form::progress::{Answers, completed_key, items};
use crate::domain::form::{Answer, AnswerKey, Fields, Form, Respondent, Version};
use crate::domain::identifiers::{EntryId, PersonId};
use crate::domain::patient::{PatientRecord, Supervisor, SupervisorRole, snapshot};
use crate::domain::report::circumstances::{Period, circumstances};
use crate::domain::report::frozen::{Heading, PatientIdentified, freeze};
use crate::domain::report::{FrozenReport, Lateness, ReportKind, State};
use crate::domain::schedule::{Counting, due_dates, is_first};
use crate::domain::sign_off::{Capacity, Signature};
use crate::domain::timeline::{Entry, Matter};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a compiler has to know besides the template.
#[derive(Debug)]
pub struct Setting<'a> {
    /// The day that `@` stands for.
    pub today: NaiveDate,
    /// The form that the reports are written on.
    pub form: &'a Form,
    /// Name of the organisation, for frozen reports.
    pub organisation: &'a str,
    /// Name and job title by e-mail.
    pub people: &'a BTreeMap<String, (String, String)>,
}

/// A compiled template.
#[derive(Debug)]
pub struct Compiled {
    /// Short name of the organisation.
    pub organisation: String,
    /// What the case shows, in a line.
    pub summary: String,
    /// The case.
    pub case: Case,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Template {
    organisation: String,
    summary: String,
    record: PatientRecord,
    #[serde(default, rename = "contact")]
    contacts: Vec<toml::Table>,
    #[serde(default, rename = "event")]
    events: Vec<toml::Table>,
    #[serde(default, rename = "night-away")]
    nights_away: Vec<toml::Table>,
    #[serde(default, rename = "report")]
    reports: Vec<ReportTemplate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ReportTemplate {
    period_from: NaiveDate,
    facts_as_at: NaiveDate,
    reached: State,
    author: String,
    manager: String,
    clinical_supervisor: String,
    sent_on: Option<NaiveDate>,
    late_notice_on: Option<NaiveDate>,
    #[serde(default)]
    late_notice_how: String,
    #[serde(default)]
    answers: BTreeMap<String, Fields>,
    #[serde(default, rename = "comment")]
    comments: Vec<CommentTemplate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CommentTemplate {
    question: String,
    by: String,
    text: String,
}

/// Compiles a template.
///
/// # Errors
/// What is wrong, with the field.
pub fn compile(text: &str, setting: &Setting<'_>) -> Result<Compiled, String> {
    let mut table: toml::Table = toml::from_str(text).map_err(|e| e.to_string())?;
    for value in table.iter_mut().map(|(_, v)| v) {
        dates::resolve_all(value, setting.today)?;
    }
    let template: Template = table
        .try_into()
        .map_err(|e: toml::de::Error| e.to_string())?;
    let slug: String = template
        .record
        .mhcs_reference
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let entries = entries(&template, &slug, setting)?;
    let compiler = Compiler {
        setting,
        slug: &slug,
        record: &template.record,
        entries: &entries,
    };
    let mut reports: Vec<ReportInCase> = Vec::new();
    for (number, report) in template.reports.iter().enumerate() {
        let earlier = reports.last().map(|r| (r.due, r.facts_as_at));
        reports.push(
            compiler
                .report(number, report, earlier)
                .map_err(|e| format!("report {}: {e}", number + 1))?,
        );
    }
    let case = Case {
        schema: SCHEMA.to_owned(),
        versions: first_version(&template.record, setting.today),
        assignments: None,
        record: template.record,
        entries,
        reports,
        carried: Carried::new(),
    };
    Ok(Compiled {
        organisation: template.organisation,
        summary: template.summary,
        case,
    })
}

/// The record's one version: made on the day of the discharge by the first social supervisor.
fn first_version(record: &PatientRecord, today: NaiveDate) -> Vec<VersionInCase> {
    let made = |s: &Supervisor| VersionInCase {
        record: record.clone(),
        by: s.contact.email.clone(),
        at: at(record.discharge.on, 9, today),
        change: None,
    };
    let social = |s: &&Supervisor| s.role == SupervisorRole::Social && !s.contact.email.is_empty();
    record
        .supervisors
        .iter()
        .find(social)
        .map(made)
        .into_iter()
        .collect()
}

/// A time on a day, but never after the day that the template is compiled for has begun.
fn at(day: NaiveDate, hour: u32, today: NaiveDate) -> DateTime<Utc> {
    let day = day.min(less_days(today, 1));
    day.and_hms_opt(hour, 0, 0).unwrap_or_default().and_utc()
}

fn entries(
    template: &Template,
    slug: &str,
    setting: &Setting<'_>,
) -> Result<Vec<EntryInCase>, String> {
    type Make = fn(toml::Table) -> Result<Matter, toml::de::Error>;
    let kinds: [(&str, &[toml::Table], Make); 3] = [
        ("contact", &template.contacts, |t| {
            t.try_into().map(Matter::Contact)
        }),
        ("event", &template.events, |t| {
            t.try_into().map(Matter::Event)
        }),
        ("night", &template.nights_away, |t| {
            t.try_into().map(Matter::NightAway)
        }),
    ];
    let by_default = template
        .reports
        .first()
        .map(|r| r.author.clone())
        .unwrap_or_default();
    let mut all = Vec::new();
    for (kind, tables, make) in kinds {
        for (n, table) in tables.iter().enumerate() {
            let mut table = table.clone();
            let by = table
                .remove("by")
                .and_then(|v| v.as_str().map(str::to_owned))
                .unwrap_or_else(|| by_default.clone());
            let matter = make(table).map_err(|e| format!("{kind} {}: {e}", n + 1))?;
            let at = at(matter.day(), 17, setting.today);
            all.push(EntryInCase {
                id: format!("{slug}-{kind}-{}", n + 1),
                matter,
                by,
                at,
                corrects: None,
            });
        }
    }
    all.sort_by(|a, b| (a.matter.day(), &a.id).cmp(&(b.matter.day(), &b.id)));
    Ok(all)
}

struct Compiler<'a> {
    setting: &'a Setting<'a>,
    slug: &'a str,
    record: &'a PatientRecord,
    entries: &'a [EntryInCase],
}

impl Compiler<'_> {
    fn report(
        &self,
        number: usize,
        t: &ReportTemplate,
        earlier: Option<(NaiveDate, Option<NaiveDate>)>,
    ) -> Result<ReportInCase, String> {
        let today = self.setting.today;
        let last_due = earlier.map_or(NaiveDate::MIN, |(due, _)| due);
        let due = due_dates(self.record, &Counting::default())
            .find(|d| d.on >= t.facts_as_at && d.on > last_due)
            .ok_or("no due date")?
            .on;
        let period = Period {
            from: t.period_from,
            to: t.facts_as_at,
        };
        let asked = circumstances(
            self.record,
            &self.standing(),
            is_first(self.record, due),
            period,
        );
        let mut answers: Answers = Answers::new();
        for (on, fields) in &t.answers {
            let key = self.key(on);
            let answer = |by: &str| Answer {
                fields: fields.clone(),
                version: Version(1),
                by: by.to_owned(),
                at: at(t.facts_as_at, 15, today),
            };
            let part = self
                .setting
                .form
                .question(&key.question)
                .ok_or_else(|| format!("the form has no question “{}”", key.question))?
                .0;
            let by = if part.answered_by == Respondent::ClinicalSupervisor {
                &t.clinical_supervisor
            } else {
                &t.author
            };
            answers.insert(key, answer(by));
        }
        if t.reached > State::Drafting {
            for (part, section) in self.setting.form.sections() {
                let signed = part.answered_by == Respondent::SocialSupervisor
                    || t.reached >= State::FinalCheck;
                if signed
                    && items(self.setting.form, &asked)
                        .iter()
                        .any(|i| i.section.id == section.id)
                {
                    let done = Answer {
                        fields: Fields::new([("choice", "yes")]),
                        version: Version(1),
                        by: t.author.clone(),
                        at: at(t.facts_as_at, 15, today),
                    };
                    answers.insert(completed_key(&section.id), done);
                }
            }
        }
        let id = format!("{}-report-{}", self.slug, number + 1);
        let signatures = self.signatures(t)?;
        let frozen = (t.reached >= State::ReadyToSend)
            .then(|| {
                let told_on = t.late_notice_on;
                self.freeze(
                    &id,
                    due,
                    period,
                    &asked,
                    &answers,
                    &signatures,
                    earlier,
                    told_on,
                )
            })
            .transpose()?;
        let set = t.reached != State::Drafting;
        Ok(ReportInCase {
            id,
            form: self.setting.form.id.clone(),
            form_version: self.setting.form.version,
            due,
            period_from: t.period_from,
            facts_as_at: set.then_some(t.facts_as_at),
            state: t.reached,
            author: t.author.clone(),
            approved_by: (t.reached >= State::Approved).then(|| t.manager.clone()),
            reconfirm_part_c: false,
            begun_at: at(less_days(t.facts_as_at, 7), 9, today),
            late_notice: t.late_notice_on.map(|on| LateNotice {
                on,
                how: t.late_notice_how.clone(),
            }),
            answers: answers
                .into_iter()
                .map(|(key, a)| AnswerInCase {
                    on: key.to_string(),
                    fields: a.fields,
                    version: a.version,
                    by: a.by,
                    at: a.at,
                })
                .collect(),
            comments: t
                .comments
                .iter()
                .map(|c| CommentInCase {
                    on: self.key(&c.question).to_string(),
                    text: c.text.clone(),
                    by: c.by.clone(),
                    at: at(add_days(t.facts_as_at, 1), 11, today),
                })
                .collect(),
            signatures,
            frozen,
            sendings: t
                .sent_on
                .filter(|_| t.reached.is_sent())
                .map(|on| SendingInCase {
                    on,
                    to: "MHCSMailbox@justice.gov.uk".into(),
                    form_of_sending: super::FormOfSending::OfficialForm,
                    by: t.author.clone(),
                    at: at(on, 16, today),
                })
                .into_iter()
                .collect(),
        })
    }

    /// A key with its row named as in this case: rows of the record carry the case's prefix,
    /// conditions keep their ids.
    fn key(&self, on: &str) -> AnswerKey {
        let (question, row) = on.split_once('/').unwrap_or((on, ""));
        let of_record = ["contact-", "event-", "night-"]
            .iter()
            .any(|kind| row.starts_with(kind));
        let row = if of_record {
            format!("{}-{row}", self.slug)
        } else {
            row.to_owned()
        };
        AnswerKey {
            question: question.to_owned(),
            row,
        }
    }

    fn standing(&self) -> Vec<Entry> {
        let entry = |e: &EntryInCase| {
            let by = PersonId::parse("template").ok()?;
            Some(Entry {
                id: EntryId::parse(&e.id).ok()?,
                matter: e.matter.clone(),
                by,
                at: e.at,
                corrects: None,
            })
        };
        self.entries.iter().filter_map(entry).collect()
    }

    fn signatures(&self, t: &ReportTemplate) -> Result<Vec<SignatureInCase>, String> {
        let today = self.setting.today;
        let mut signed = Vec::new();
        let mut sign = |capacity: Capacity, by: &str, days: u64| {
            let (name, job_title) = self
                .setting
                .people
                .get(by)
                .ok_or_else(|| format!("nobody has the e-mail {by}"))?;
            signed.push(SignatureInCase {
                capacity,
                by: by.to_owned(),
                name: name.clone(),
                job_title: job_title.clone(),
                statements: capacity
                    .statements()
                    .iter()
                    .map(|s| (*s).to_owned())
                    .collect(),
                at: at(add_days(t.facts_as_at, days), 16, today),
                voided_at: None,
            });
            Ok::<(), String>(())
        };
        if t.reached == State::WithManager || t.reached >= State::Approved {
            sign(Capacity::SocialSupervisor, &t.author, 0)?;
        }
        if t.reached >= State::Approved {
            sign(Capacity::LineManager, &t.manager, 1)?;
        }
        if t.reached >= State::FinalCheck {
            sign(Capacity::ClinicalSupervisor, &t.clinical_supervisor, 2)?;
        }
        Ok(signed)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "all of them are the report's own parts, used once"
    )]
    fn freeze(
        &self,
        id: &str,
        due: NaiveDate,
        period: Period,
        asked: &crate::domain::form::progress::Circumstances,
        answers: &Answers,
        signatures: &[SignatureInCase],
        earlier: Option<(NaiveDate, Option<NaiveDate>)>,
        told_on: Option<NaiveDate>,
    ) -> Result<FrozenInCase, String> {
        let frozen_at = at(add_days(period.to, 3), 9, self.setting.today);
        let kind = ReportKind::of(self.record, due, false);
        let heading = Heading {
            kind,
            // Nine in the morning is the same day everywhere in Britain.
            lateness: Lateness::of(kind, due, frozen_at.date_naive(), told_on),
            marks: vec![],
            without_part_c: false,
            report: id.to_owned(),
            organisation: self.setting.organisation.to_owned(),
            patient: PatientIdentified {
                name: self.record.full_name(),
                date_of_birth: self.record.date_of_birth,
                mhcs_reference: self.record.mhcs_reference.clone(),
            },
            period_from: period.from,
            facts_as_at: period.to,
            due,
            signatures: signatures
                .iter()
                .filter(|s| s.capacity != Capacity::LineManager)
                .filter_map(signature)
                .collect(),
            frozen_at,
        };
        let before = self.record.reported_elsewhere();
        let previous = earlier.or(before.map(|last| (last.due, last.facts_as_at)));
        let facts = |fact| snapshot::in_report(fact, self.record, period, previous);
        let content = freeze(heading, self.setting.form, asked, answers, facts);
        let frozen = FrozenReport::write(&content).map_err(|e| e.to_string())?;
        Ok(FrozenInCase {
            json: frozen.json().to_owned(),
            digest: frozen.digest().to_owned(),
        })
    }
}

/// A signature of a frozen report. The account is not known to a template: the e-mail, made an
/// identifier, stands for it.
fn signature(s: &SignatureInCase) -> Option<Signature> {
    let account: String =
        s.by.chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .take(64)
            .collect();
    Some(Signature {
        capacity: s.capacity,
        person: PersonId::parse(&account).ok()?,
        name: s.name.clone(),
        job_title: s.job_title.clone(),
        statements: s.statements.clone(),
        at: s.at,
    })
}
