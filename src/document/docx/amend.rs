//! What docx-rs has no words for: header rows and captions of tables, the direction of runs, the
//! language. Its XML is read event by event and written again with these put in.

use super::order::ordered;
use super::table::Label;
use crate::document::PaperError;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::{Reader, Writer};
use unicode_bidi::{Direction, get_base_direction};

/// The XML of a text, with what is said of its tables: `labels`, in order.
pub(super) fn text(part: &[u8], labels: &[Label]) -> Result<Vec<u8>, PaperError> {
    let events = read(part)?;
    let mut out = Amended::new(part.len());
    let mut labels = labels.iter();
    let mut label = None;
    let mut head_is_due = false;
    let mut right_to_left = false;
    for (index, event) in events.iter().enumerate() {
        match (event, name(event)) {
            (Event::Start(_), b"w:tbl") => {
                label = labels.next();
                head_is_due = label.is_some_and(|label| label.headed);
            }
            (Event::End(_), b"w:tblPr") => out.describe(label)?,
            (Event::End(_), b"w:trPr") if std::mem::take(&mut head_is_due) => {
                out.empty("w:tblHeader", &[])?;
            }
            // Word numbers paragraphs by itself.
            (Event::Start(_), b"w:p") => {
                out.put(&Event::Start(BytesStart::new("w:p")))?;
                continue;
            }
            (Event::Start(_), b"w:r") => {
                right_to_left = runs_right_to_left(&events[index..]);
            }
            (Event::End(_), b"w:r") => right_to_left = false,
            (Event::End(_), b"w:rPr") if right_to_left => out.empty("w:rtl", &[])?,
            (Event::Empty(_), b"w:rPr") => {
                if right_to_left {
                    out.put(&Event::Start(BytesStart::new("w:rPr")))?;
                    out.empty("w:rtl", &[])?;
                    out.put(&Event::End(BytesEnd::new("w:rPr")))?;
                }
                continue;
            }
            _ => {}
        }
        out.put(event)?;
    }
    Ok(out.0.into_inner())
}

/// The XML of the styles, in this language.
pub(super) fn styles(part: &[u8], language: &str) -> Result<Vec<u8>, PaperError> {
    let mut out = Amended::new(part.len());
    let mut language_is_due = true;
    for event in &read(part)? {
        match (event, name(event)) {
            // The first run properties are those of the whole document.
            (Event::End(_), b"w:rPr") if std::mem::take(&mut language_is_due) => {
                out.empty("w:lang", &[("w:val", language)])?;
            }
            (Event::Start(style), b"w:style") if is_normal(style) => {
                let mut style = style.clone();
                style.push_attribute(("w:default", "1"));
                out.put(&Event::Start(style))?;
                continue;
            }
            _ => {}
        }
        out.put(event)?;
    }
    Ok(out.0.into_inner())
}

/// The XML of a part in which only the order is wrong.
pub(super) fn order(part: &[u8]) -> Result<Vec<u8>, PaperError> {
    let mut out = Amended::new(part.len());
    read(part)?.iter().try_for_each(|event| out.put(event))?;
    Ok(out.0.into_inner())
}

/// The events of `part`, with properties in the order of the standard.
fn read(part: &[u8]) -> Result<Vec<Event<'_>>, PaperError> {
    let mut reader = Reader::from_reader(part);
    let mut events = Vec::new();
    loop {
        match reader.read_event().map_err(failed)? {
            Event::Eof => return Ok(ordered(&events)),
            event => events.push(event),
        }
    }
}

/// The name of the element that `event` begins or ends; empty for other events.
fn name<'a>(event: &'a Event) -> &'a [u8] {
    match event {
        Event::Start(tag) | Event::Empty(tag) => tag.name().into_inner(),
        Event::End(tag) => tag.name().into_inner(),
        _ => b"",
    }
}

/// Whether the run that `events` begin with runs from right to left. Its characters all run the
/// same way, so one of them decides.
fn runs_right_to_left(events: &[Event]) -> bool {
    let run = events
        .iter()
        .take_while(|event| !matches!(event, Event::End(tag) if tag.name().as_ref() == b"w:r"));
    let mut texts = run.filter_map(|event| match event {
        Event::Text(text) => std::str::from_utf8(text).ok(),
        _ => None,
    });
    texts.any(|text| get_base_direction(text) == Direction::Rtl)
}

fn is_normal(style: &BytesStart) -> bool {
    let id = style.try_get_attribute("w:styleId").ok().flatten();
    id.is_some_and(|id| &*id.value == b"Normal")
}

fn failed(error: impl std::fmt::Display) -> PaperError {
    PaperError::Docx(error.to_string())
}

struct Amended(Writer<Vec<u8>>);

impl Amended {
    fn new(length: usize) -> Self {
        Self(Writer::new(Vec::with_capacity(length + length / 8)))
    }

    fn put(&mut self, event: &Event) -> Result<(), PaperError> {
        self.0.write_event(event.borrow()).map_err(failed)
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<(), PaperError> {
        let tag = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.put(&Event::Empty(tag))
    }

    /// Says what a table is, at the end of its properties.
    fn describe(&mut self, label: Option<&Label>) -> Result<(), PaperError> {
        let Some(label) = label else { return Ok(()) };
        let first_row = if label.headed { "1" } else { "0" };
        // The first cell of every row names the row.
        self.empty(
            "w:tblLook",
            &[("w:firstRow", first_row), ("w:firstColumn", "1")],
        )?;
        for (name, text) in [
            ("w:tblCaption", &label.caption),
            ("w:tblDescription", &label.description),
        ] {
            if !text.is_empty() {
                self.empty(name, &[("w:val", text)])?;
            }
        }
        Ok(())
    }
}
