//! The forms this installation knows: those inside the binary and those of the operator's folder.

use super::frameworks::Frameworks;
use crate::domain::calendar::BankHolidays;
use crate::domain::form::Form;
use crate::domain::form::load::{FormFault, load};
use crate::domain::guidance::Topic;
use crate::domain::self_assessment::load::is_framework;
use crate::domain::timeline::noted;
use crate::domain::timeline::notifiable::Notifiable;
use crate::domain::timeline::typed::Kinds;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// Id of the progress report's form.
pub const PROGRESS_REPORT: &str = "progress-report";

macro_rules! embedded {
    ($($file:literal),* $(,)?) => {
        [$(($file, include_str!(concat!("../forms/", $file)))),*]
    };
}

const REPORT: (&str, &str) = embedded!["progress-report.2026-11-22.toml"][0];

const PAPERS: [(&str, &str); 7] = embedded![
    "event-notification.2026-11-22.toml",
    "recall-information.2026-11-22.toml",
    "late-notice.2026-11-22.toml",
    "change-of-conditions.2026-11-22.toml",
    "absolute-discharge.2026-11-22.toml",
    "conditions-sheet.2026-11-22.toml",
    "handover.2026-11-22.toml",
];

/// Forms by id and version, and the quality standards beside them.
#[derive(Debug, Clone, Default)]
pub struct Forms(BTreeMap<(String, NaiveDate), Arc<Form>>, Frameworks);

/// Why the forms could not be loaded.
#[derive(Debug)]
pub enum FormsProblem {
    /// What is wrong in the files.
    Faults(Vec<FormFault>),
    /// A file or the folder could not be read.
    Unreadable(String, std::io::Error),
    /// Two files give the same version of the same form.
    Twice(String),
}

impl fmt::Display for FormsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Faults(faults) => {
                let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
                f.write_str(&lines.join("\n"))
            }
            Self::Unreadable(path, error) => write!(f, "{path}: {error}"),
            Self::Twice(file) => write!(f, "{file}: this version of this form is already loaded"),
        }
    }
}

impl std::error::Error for FormsProblem {}

impl Forms {
    /// The forms inside the binary.
    ///
    /// # Errors
    /// When one is broken, which a test rules out.
    pub fn embedded() -> Result<Self, FormsProblem> {
        let mut forms = Self::papers()?;
        let (file, text) = REPORT;
        forms.add(file, text)?;
        Ok(forms)
    }

    /// The forms inside the binary of papers that are no progress report.
    ///
    /// # Errors
    /// When one is broken, which a test rules out.
    pub fn papers() -> Result<Self, FormsProblem> {
        let mut forms = Self::standards()?;
        for (file, text) in PAPERS {
            forms.add(file, text)?;
        }
        Ok(forms)
    }

    /// The quality standards inside the binary, without any form.
    ///
    /// # Errors
    /// When one is broken, which a test rules out.
    pub fn standards() -> Result<Self, FormsProblem> {
        let mut forms = Self::default();
        forms.1.add_embedded()?;
        Ok(forms)
    }

    /// The quality standards.
    #[must_use]
    pub fn frameworks(&self) -> &Frameworks {
        &self.1
    }

    /// Adds every `.toml` file of a folder, by name.
    ///
    /// # Errors
    /// The first file that cannot be read or is no form.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), FormsProblem> {
        let unreadable = |path: &Path, e| FormsProblem::Unreadable(path.display().to_string(), e);
        let entries = std::fs::read_dir(folder).map_err(|e| unreadable(folder, e))?;
        let mut files: Vec<_> = entries
            .filter_map(Result::ok)
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|x| x == "toml"))
            .collect();
        files.sort();
        for path in files {
            let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, e))?;
            self.add(&path.display().to_string(), &text)?;
        }
        Ok(())
    }

    fn add(&mut self, file: &str, text: &str) -> Result<(), FormsProblem> {
        if is_framework(text) {
            return self.1.add(file, text);
        }
        let form = load(file, text).map_err(FormsProblem::Faults)?;
        let key = (form.id.clone(), form.version);
        if self.0.insert(key, Arc::new(form)).is_some() {
            return Err(FormsProblem::Twice(file.to_owned()));
        }
        Ok(())
    }

    /// The newest version of a form.
    #[must_use]
    pub fn newest(&self, id: &str) -> Option<Arc<Form>> {
        self.0
            .iter()
            .rfind(|((form, _), _)| form == id)
            .map(|(_, form)| form.clone())
    }

    /// Every version of every form.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Form>> {
        self.0.values().cloned().collect()
    }

    /// One version of a form.
    #[must_use]
    pub fn version(&self, id: &str, version: NaiveDate) -> Option<Arc<Form>> {
        self.0.get(&(id.to_owned(), version)).cloned()
    }
}

/// What can be entered in the supervision record. A test rules out that a file is broken.
#[must_use]
pub fn entry_kinds() -> Kinds {
    let noted = noted::load(include_str!("../forms/entries.2026-11-22.toml"));
    Kinds {
        notifiable: notifiable_events(),
        noted: noted.unwrap_or_default(),
    }
}

/// The list of notifiable events: suggested, until an organisation confirms it.
#[must_use]
pub fn notifiable_events() -> Vec<Notifiable> {
    #[derive(serde::Deserialize)]
    struct File {
        #[serde(rename = "event")]
        events: Vec<Notifiable>,
    }
    let text = include_str!("../forms/events.2026-11-22.toml");
    toml::from_str(text).map_or_else(|_| Vec::new(), |file: File| file.events)
}

/// The topics of guidance inside the binary.
#[derive(rust_embed::Embed)]
#[folder = "src/forms/guidance/"]
struct Guidance;

/// The topics of guidance, in their order.
#[must_use]
pub fn guidance() -> &'static [Topic] {
    static TOPICS: LazyLock<Vec<Topic>> = LazyLock::new(|| {
        let mut topics: Vec<Topic> = Guidance::iter()
            .filter_map(|file| topic(&file).ok())
            .collect();
        topics.sort_by_key(|topic| topic.order);
        topics
    });
    &TOPICS
}

/// Where the guidance of a topic is, and its title; none when there is no such topic.
#[must_use]
pub fn guidance_path(topic: &str) -> Option<(String, String)> {
    let found = guidance().iter().find(|t| t.id == topic)?;
    Some((format!("/guidance/{}", found.id), found.title.clone()))
}

fn topic(file: &str) -> Result<Topic, String> {
    let embedded = Guidance::get(file).ok_or_else(|| format!("{file}: cannot be read"))?;
    let text = std::str::from_utf8(&embedded.data).map_err(|e| format!("{file}: {e}"))?;
    crate::domain::guidance::load(file, text)
}

/// Bank holidays of England and Wales, from the data file.
#[must_use]
pub fn bank_holidays() -> BankHolidays {
    #[derive(serde::Deserialize)]
    struct File {
        days: Vec<NaiveDate>,
    }
    let file: File = toml::from_str(include_str!("../forms/bank-holidays.toml"))
        .unwrap_or(File { days: Vec::new() });
    BankHolidays::new(file.days)
}

/// The line manager's checklist.
#[must_use]
pub fn sign_off_checklist() -> crate::domain::sign_off::checklist::Checklist {
    crate::domain::sign_off::checklist::Checklist::read(include_str!(
        "../forms/sign-off-checklist.2026-11-22.toml"
    ))
    .expect("the list inside the binary is read by a test of its own")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_in_the_binary_is_sound() {
        if let Err(problem) = Forms::embedded() {
            panic!("{problem}");
        }
    }

    #[test]
    fn the_list_of_notifiable_events_is_whole() {
        assert_eq!(notifiable_events().len(), 39);
        noted::load(include_str!("../forms/entries.2026-11-22.toml")).unwrap();
        assert!(entry_kinds().noted.len() >= 15);
    }

    #[test]
    fn every_topic_of_guidance_is_sound() {
        for file in Guidance::iter() {
            if let Err(problem) = topic(&file) {
                panic!("{problem}");
            }
        }
        let ids: Vec<&str> = guidance().iter().map(|t| t.id.as_str()).collect();
        assert_eq!(ids, crate::domain::guidance::TOPICS);
    }

    /// Forms and quality standards name only topics that there are; the report names one for each of its
    /// sections.
    #[test]
    fn every_section_and_criterion_leads_to_guidance() {
        let known = |topic: &str| guidance_path(topic).is_some();
        let forms = Forms::embedded().unwrap();
        for form in forms.all() {
            for (_, section) in form.sections() {
                let named = section.topic.as_deref();
                let asked = form.id == "progress-report";
                assert!(named.map_or(!asked, known), "{} {}", form.id, section.id);
            }
        }
        let standards = forms
            .frameworks()
            .newest(super::super::frameworks::QUALITY)
            .unwrap();
        for (_, criterion) in standards.criteria() {
            assert!(known(&criterion.guidance), "{}", criterion.id);
        }
    }

    #[test]
    fn bank_holidays_are_known_for_years_ahead() {
        let until = bank_holidays().known_until().unwrap();
        assert!(
            until >= NaiveDate::from_ymd_opt(2028, 12, 25).unwrap(),
            "{until}"
        );
    }
}
