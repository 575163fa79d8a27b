//! Telling our papers from others: byte for byte ours, altered, another version, or not ours.

use super::{Kind, report, set_now};
use crate::domain::report::frozen::hex;
use crate::domain::report::{Frozen, FrozenReport};
use crate::server::store::papers::Register;
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::fmt;

/// What became of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Byte for byte what was made.
    Ours {
        /// Whose paper it is: a report's id, or another record's.
        owner: String,
        /// `pdf`, `html`, `docx` or `json`.
        format: String,
        /// Where the report stands, by name; nothing for other records and where it is not known.
        standing: Option<String>,
    },
    /// The same content, set anew: not the kept file, but nothing in it differs.
    SetAnew {
        /// Whose paper it is.
        owner: String,
    },
    /// A frozen report under the same name that was frozen at another time.
    AnotherVersion {
        /// Whose paper it claims to be.
        owner: String,
    },
    /// It names a paper of ours, but its bytes are not those that were made.
    Altered {
        /// Whose paper it claims to be.
        owner: String,
    },
    /// Nothing in it names a report that is known here.
    NotOurs,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours { owner, format, .. } => {
                write!(f, "This is the {format} of record {owner}, byte for byte.")
            }
            Self::SetAnew { owner } => write!(
                f,
                "This is record {owner}, set anew: its content is the same, but it is not the kept file."
            ),
            Self::AnotherVersion { owner } => write!(
                f,
                "This is another version of record {owner}: it was frozen at another time, and its content differs."
            ),
            Self::Altered { owner } => write!(
                f,
                "This names record {owner}, but its bytes are not those stored: it was altered, or made by another release."
            ),
            Self::NotOurs => f.write_str("This is no paper or frozen report that is known here."),
        }
    }
}

impl Verdict {
    /// Whose paper it is or claims to be.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        match self {
            Self::Ours { owner, .. }
            | Self::SetAnew { owner }
            | Self::AnotherVersion { owner }
            | Self::Altered { owner } => Some(owner),
            Self::NotOurs => None,
        }
    }
}

/// Compares bytes that are not kept here with a frozen report that they may have been made from.
///
/// # Errors
/// When the papers cannot be set.
pub fn compare(bytes: &[u8], frozen: &FrozenReport, content: &Frozen) -> Result<Verdict> {
    let owner = content.report.clone();
    let ours = |format: &str| Verdict::Ours {
        owner: owner.clone(),
        format: format.to_owned(),
        standing: None,
    };
    if bytes == frozen.json().as_bytes() {
        return Ok(ours("json"));
    }
    if let Some(other) = read_frozen(bytes) {
        return Ok(compare_content(&other, content));
    }
    if names_a_source(bytes).as_deref() != Some(frozen.digest()) {
        return Ok(Verdict::NotOurs);
    }
    let papers = set_now(Kind::Full, &report::full(content, frozen.digest()), None)?;
    let same = papers.iter().find(|paper| paper.bytes == bytes);
    Ok(match same {
        Some(paper) => ours(paper.format.name()),
        None => Verdict::Altered { owner },
    })
}

/// Compares what a frozen report says with what was frozen.
fn compare_content(other: &Frozen, ours: &Frozen) -> Verdict {
    let owner = ours.report.clone();
    if other == ours {
        Verdict::SetAnew { owner }
    } else if other.report != ours.report {
        Verdict::NotOurs
    } else if other.frozen_at == ours.frozen_at {
        Verdict::Altered { owner }
    } else {
        Verdict::AnotherVersion { owner }
    }
}

/// Judges a file by what is kept: first its own digest, then what it says of itself.
///
/// # Errors
/// When the database cannot be read.
pub async fn judge(bytes: &[u8], register: &Register<'_>) -> Result<Verdict> {
    let digest = hex(&Sha256::digest(bytes));
    if let Some(known) = register.known(&digest).await? {
        return Ok(Verdict::Ours {
            owner: known.owner,
            format: known.format,
            standing: known.standing,
        });
    }
    if let Some(content) = read_frozen(bytes) {
        let ours = register.frozen(&content.report).await?;
        let ours = ours.and_then(|json| read_frozen(json.as_bytes()));
        return Ok(ours.map_or(Verdict::NotOurs, |ours| compare_content(&content, &ours)));
    }
    let Some(source) = names_a_source(bytes) else {
        return Ok(Verdict::NotOurs);
    };
    let owner = register.made_from(&source).await?;
    Ok(owner.map_or(Verdict::NotOurs, |owner| Verdict::Altered { owner }))
}

/// The frozen report that a file is, if it is one.
#[must_use]
pub fn read_frozen(bytes: &[u8]) -> Option<Frozen> {
    let text = std::str::from_utf8(bytes).ok()?;
    FrozenReport::read(text).ok().map(|(_, content)| content)
}

/// The digest of the content that a paper says it was made from, if it says so. Every format carries it
/// in its raw bytes as `sha256:…`.
#[must_use]
pub fn names_a_source(bytes: &[u8]) -> Option<String> {
    let mark = b"sha256:";
    let digest_at = |from: usize| {
        let digest = bytes.get(from..from + 64)?;
        let lower = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
        let digest = digest.iter().all(lower).then_some(digest)?;
        std::str::from_utf8(digest).ok().map(str::to_owned)
    };
    bytes
        .windows(mark.len())
        .enumerate()
        .filter(|(_, window)| window == mark)
        .find_map(|(at, _)| digest_at(at + mark.len()))
}
