//! Guidance in our own words: topics as data, each section dated and sourced, with how sure we are.

use super::form::definition::Confidence;
use chrono::NaiveDate;
use serde::Deserialize;

/// The topics, in the order of their pages: what forms and quality standards may name.
pub const TOPICS: [&str; 9] = [
    "role",
    "law",
    "reporting",
    "events",
    "recall",
    "victims-mappa",
    "practice",
    "writing-well",
    "supervising-a-supervisor",
];

/// A topic: one page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// As in addresses; named by forms and frameworks.
    pub id: String,
    /// Place among the topics.
    pub order: u32,
    /// When it was written or last gone over.
    pub version: NaiveDate,
    /// Title.
    pub title: String,
    /// What the page is for, in a sentence or two.
    pub summary: String,
    /// Sections in reading order.
    #[serde(rename = "section", default)]
    pub sections: Vec<Section>,
}

/// A part of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// Paragraphs, before the list.
    #[serde(default)]
    pub paragraphs: Vec<String>,
    /// List items.
    #[serde(default)]
    pub list: Vec<String>,
    /// Paragraphs after the list.
    #[serde(default)]
    pub then: Vec<String>,
    /// Where it comes from.
    pub source: String,
    /// How sure we are of that.
    pub confidence: Confidence,
}

/// Reads a topic.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn load(file: &str, text: &str) -> Result<Topic, String> {
    let topic: Topic = toml::from_str(text).map_err(|e| format!("{file}: {e}"))?;
    let sound_id = topic
        .id
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b == b'-');
    if topic.id.is_empty() || !sound_id {
        return Err(format!("{file}: id: small letters and hyphens only"));
    }
    for section in &topic.sections {
        if section.paragraphs.is_empty() && section.list.is_empty() {
            return Err(format!("{file}: {}: says nothing", section.heading));
        }
        if section.source.trim().is_empty() {
            return Err(format!("{file}: {}: has no source", section.heading));
        }
    }
    if topic.sections.is_empty() {
        return Err(format!("{file}: has no section"));
    }
    Ok(topic)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "id = \"role\"\norder = 1\nversion = \"2026-11-22\"\ntitle = \"T\"\nsummary = \"S\"\n\
        [[section]]\nheading = \"H\"\nparagraphs = [\"P\"]\nsource = \"X\"\nconfidence = \"general\"\n";

    #[test]
    fn a_section_without_words_or_source_is_refused() {
        assert!(load("f", GOOD).is_ok());
        assert!(load("f", &GOOD.replace("[\"P\"]", "[]")).is_err());
        assert!(load("f", &GOOD.replace("source = \"X\"", "source = \" \"")).is_err());
        assert!(load("f", &GOOD.replace("general", "certain")).is_err());
        assert!(load("f", &GOOD.replace("\"role\"", "\"../x\"")).is_err());
        assert!(load("f", "").is_err());
    }
}
