//! Signing: what each person attests to, word for word, and what the manager checks.
//!
//! The manager's record is internal assurance: nothing seen says that MHCS asks for it. It is kept
//! with the report and is not part of the submission.

pub mod checklist;

use crate::domain::form::AnswerKey;
use crate::domain::form::progress::Answers;
use crate::domain::identifiers::{CommentId, PersonId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// In what capacity somebody signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capacity {
    /// Author of Parts A and B.
    SocialSupervisor,
    /// Internal approval.
    LineManager,
    /// Author of Part C.
    ClinicalSupervisor,
}

impl Capacity {
    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SocialSupervisor => "social-supervisor",
            Self::LineManager => "line-manager",
            Self::ClinicalSupervisor => "clinical-supervisor",
        }
    }

    /// The capacity of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::SocialSupervisor,
            Self::LineManager,
            Self::ClinicalSupervisor,
        ]
        .into_iter()
        .find(|c| c.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SocialSupervisor => "Social supervisor",
            Self::LineManager => "Line manager",
            Self::ClinicalSupervisor => "Clinical supervisor",
        }
    }

    /// What is attested, word for word. The text signed is kept with the signature, so rewording
    /// this changes no earlier signature.
    #[must_use]
    pub fn statements(self) -> &'static [&'static str] {
        match self {
            Self::SocialSupervisor => &[
                "I wrote Parts A and B and they are true to the best of my knowledge.",
                "I have said how I know what I report, and where I do not know or did not ask, I have said so.",
                "Text kept from the last report was read again and is still right.",
            ],
            Self::LineManager => &[
                "I did not write this report.",
                "I have read Parts A and B in full, with the findings and the author's answers to them.",
                "The identifiers, the conditions and the reporting period are right.",
                "Each condition is answered with evidence, or the report says why it could not be tested.",
                "The assessment and the recommendation follow from the facts reported.",
            ],
            Self::ClinicalSupervisor => &[
                "I have read Parts A and B.",
                "I wrote Part C and it is true to the best of my knowledge.",
                "Where I see things differently from Part B, I have said so.",
            ],
        }
    }
}

/// A signature: typed name after re-authentication, with the statements as they were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Signature {
    /// In what capacity.
    pub capacity: Capacity,
    /// Whose account.
    pub person: PersonId,
    /// The name as typed.
    pub name: String,
    /// Role as shown on the paper, for example a job title.
    pub job_title: String,
    /// What was attested, word for word.
    pub statements: Vec<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A comment pinned to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Comment {
    /// Identifies it.
    pub id: CommentId,
    /// What it is pinned to.
    pub on: AnswerKey,
    /// The comment.
    pub text: String,
    /// Whose account.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Comments that the author has neither answered in words nor met with a change of the answer since:
/// the last one on each answer.
#[must_use]
pub fn open_comments<'a>(
    comments: &'a [Comment],
    answers: &Answers,
    author: &PersonId,
) -> Vec<&'a Comment> {
    comments
        .iter()
        .filter(|c| c.person != *author)
        .filter(|c| {
            let later = comments.iter().any(|o| o.on == c.on && o.at > c.at);
            let changed = answers.get(&c.on).is_some_and(|a| a.at > c.at);
            !later && !changed
        })
        .collect()
}

/// Whether a typed name is the signer's own: case, spacing and accents typed differently are no reason
/// to refuse, another name is.
#[must_use]
pub fn is_own_name(typed: &str, own: &str) -> bool {
    let tidy = |name: &str| {
        use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
        name.nfd()
            .filter(|c| !is_combining_mark(*c) && c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    !tidy(typed).is_empty() && tidy(typed) == tidy(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_open_until_it_is_answered_or_the_answer_changed() {
        let person = |id: &str| PersonId::parse(id).unwrap();
        let moment = |second: i64| DateTime::from_timestamp(second, 0).unwrap();
        let comment = |who: &str, on: &str, second| Comment {
            id: CommentId::parse(&format!("c{second}")).unwrap(),
            on: AnswerKey::of(on),
            text: "?".into(),
            person: person(who),
            name: who.into(),
            at: moment(second),
        };
        let author = person("author");
        let changed = crate::domain::form::Answer {
            fields: Default::default(),
            version: Default::default(),
            by: "author".into(),
            at: moment(50),
        };
        let answers = Answers::from([(AnswerKey::of("risk"), changed)]);
        let comments = [
            comment("manager", "risk", 40),
            comment("manager", "contact", 40),
            comment("manager", "views", 40),
            comment("author", "views", 60),
        ];
        let open = open_comments(&comments, &answers, &author);
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].on.question, "contact");
    }

    #[test]
    fn a_name_is_recognised_however_it_is_typed() {
        assert!(is_own_name("ines  carvalho", "Inês Carvalho"));
        assert!(is_own_name("Sian O’Connor", "Siân O'Connor"));
        assert!(!is_own_name("I Carvalho", "Inês Carvalho"));
        assert!(!is_own_name("", ""));
    }
}
