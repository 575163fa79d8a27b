//! Telling our papers from others: byte for byte ours, altered, another version, or not ours.

use super::PaperFailure;
use super::source::Source;
use crate::domain::report::frozen::hex;
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
        /// `pdf`, `html`, `docx` or `json`; of a self-assessment, the name of the file.
        format: String,
        /// Where the report stands, by name; nothing for other records and where it is not known.
        standing: Option<String>,
    },
    /// The same content, set anew: not the kept file, but nothing in it differs.
    SetAnew {
        /// Whose paper it is.
        owner: String,
    },
    /// It names a record of ours, but was made from other content than what is kept of it.
    AnotherVersion {
        /// Whose paper it claims to be.
        owner: String,
    },
    /// It names content that is kept here, but its bytes are not those that were made.
    Altered {
        /// Whose paper it claims to be.
        owner: String,
    },
    /// Nothing in it names a record that is known here.
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
                "This is another version of record {owner}: it was made from other content than what is kept."
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

/// Compares bytes that are not kept here with the data that they may have been set from.
///
/// # Errors
/// When the papers cannot be set.
pub fn compare(bytes: &[u8], source: &Source) -> Result<Verdict, PaperFailure> {
    let owner = source.owner().to_owned();
    let ours = |format: &str| Verdict::Ours {
        owner: owner.clone(),
        format: format.to_owned(),
        standing: None,
    };
    if bytes == source.json().as_bytes() {
        return Ok(ours("json"));
    }
    if let Some(other) = read(bytes) {
        return Ok(compare_data(&other, source));
    }
    Ok(match named(bytes) {
        Some(named) if named.digest == source.digest() => {
            let same = source.files()?.into_iter().find(|(_, file)| file == bytes);
            match same {
                Some((name, _)) => ours(&name),
                None => Verdict::Altered { owner },
            }
        }
        Some(named) if named.record.as_deref() == Some(source.owner()) => {
            Verdict::AnotherVersion { owner }
        }
        _ => Verdict::NotOurs,
    })
}

/// Compares data with what is kept. A record is frozen at one moment only: whatever says the same moment
/// and something else was altered.
fn compare_data(other: &Source, ours: &Source) -> Verdict {
    let owner = ours.owner().to_owned();
    if other.owner() != ours.owner() {
        Verdict::NotOurs
    } else if other.says_the_same_as(ours) {
        Verdict::SetAnew { owner }
    } else if other.frozen_at() == ours.frozen_at() {
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
    if let Some(data) = read(bytes) {
        let ours = register.data(data.owner()).await?;
        let ours = ours.and_then(|json| Source::read(&json).ok());
        return Ok(ours.map_or(Verdict::NotOurs, |ours| compare_data(&data, &ours)));
    }
    let Some(named) = named(bytes) else {
        return Ok(Verdict::NotOurs);
    };
    if let Some(owner) = register.made_from(&named.digest).await? {
        return Ok(Verdict::Altered { owner });
    }
    if let Some(owner) = named.record
        && register.belongs(&owner).await?.is_some()
    {
        return Ok(Verdict::AnotherVersion { owner });
    }
    Ok(Verdict::NotOurs)
}

fn read(bytes: &[u8]) -> Option<Source> {
    Source::read(std::str::from_utf8(bytes).ok()?).ok()
}

/// What a paper says of itself.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    /// The digest of the content it was made from.
    digest: String,
    /// The record that it is of.
    record: Option<String>,
}

/// Longest name of a record.
const LONGEST_NAME: usize = 64;

/// Reads what [`super::identifier`] wrote: every format carries it in its raw bytes.
fn named(bytes: &[u8]) -> Option<Named> {
    const MARK: &[u8] = b"sha256:";
    let digest = |from: usize| {
        let digest = bytes.get(from..from + 64)?;
        let lower = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
        let digest = digest.iter().all(lower).then_some(digest)?;
        String::from_utf8(digest.to_vec()).ok()
    };
    let record = |from: usize| {
        let rest = bytes.get(from..)?.strip_prefix(b";record=")?;
        let plain = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'-';
        let name: Vec<u8> = rest
            .iter()
            .take(LONGEST_NAME)
            .take_while(plain)
            .copied()
            .collect();
        String::from_utf8(name).ok().filter(|name| !name.is_empty())
    };
    let places = bytes
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, window)| *window == MARK);
    places
        .map(|(at, _)| at + MARK.len())
        .find_map(|at| Some((at, digest(at)?)))
        .map(|(at, digest)| Named {
            digest,
            record: record(at + 64),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::papers::identifier;

    #[test]
    fn what_a_paper_says_of_itself_is_read_where_it_stands() {
        let digest = "0123456789abcdef".repeat(4);
        let text = format!("sha256:no <x>{}</x>", identifier(&digest, "0192-a"));
        let read = named(text.as_bytes());
        let record = Some("0192-a".to_owned());
        assert_eq!(
            read,
            Some(Named {
                digest: digest.clone(),
                record
            })
        );
        let bare = named(format!("sha256:{digest}").as_bytes());
        assert_eq!(
            bare,
            Some(Named {
                digest,
                record: None
            })
        );
        assert_eq!(named(b"sha256:"), None);
    }
}
