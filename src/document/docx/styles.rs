//! The named styles, from the same house style as the pages. Headings are Word's own, so that its
//! navigation and every screen reader know them.

use super::twips;
use crate::document::text::Weight;
use crate::document::tree::Tone;
use crate::document::typeset::style::{self as house, Colour, Style as Look};
use docx_rs::{
    BorderType, LineSpacing, LineSpacingType, ParagraphBorder, ParagraphBorderPosition,
    ParagraphBorders, RunFonts, Shading, SpecialIndentType, Style, StyleType, Styles, Tab,
    TabLeaderType, TabValueType,
};

/// Has the metrics of the face that the pages are set in, and is on every reader's computer.
const FACE: &str = "Arial";

pub(super) const BODY: &str = "BodyText";
pub(super) const CAPTION: &str = "Caption";
pub(super) const HINT: &str = "Hint";
pub(super) const NOTE_LABEL: &str = "NoteLabel";
pub(super) const NOTE: &str = "Note";
pub(super) const LIST: &str = "ListParagraph";
pub(super) const NOTICE_TITLE: &str = "NoticeTitle";
pub(super) const NOTICE: &str = "Notice";
pub(super) const RULED: &str = "Ruled";
pub(super) const CELL: &str = "Cell";
pub(super) const HEAD_CELL: &str = "HeadCell";
pub(super) const COLUMN_HEAD: &str = "ColumnHead";
pub(super) const GAP: &str = "Gap";
pub(super) const MARKING: &str = "Header";
pub(super) const RUNNING: &str = "Footer";

/// The style of a heading of this level.
pub(super) fn heading(level: u8) -> String {
    format!("Heading{level}")
}

/// The style of a cell with this tone.
pub(super) fn cell(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => CELL,
        Tone::Good => "CellGood",
        Tone::Caution => "CellCaution",
        Tone::Bad => "CellBad",
    }
}

/// A colour as Word writes it.
pub(super) fn hex(Colour(colour): Colour) -> String {
    format!("{colour:06X}")
}

/// A plain fill behind a cell or a paragraph.
pub(super) fn fill(colour: Colour) -> Shading {
    Shading::new().color("auto").fill(hex(colour))
}

/// Every style of a paper whose text is so many times as large as the house style.
pub(super) fn all(scale: f32) -> Styles {
    let fonts = RunFonts::new().ascii(FACE).hi_ansi(FACE).cs(FACE);
    let look = |look: Look| look.scaled(scale);
    let mut all = Styles::new()
        .default_fonts(fonts)
        .default_size(half_points(look(house::BODY).size));
    for level in 1..=6 {
        all = all.add_style(heading_style(level, scale));
    }
    let plain = [
        paragraph(BODY, "Body Text", look(house::BODY), 6.2),
        paragraph(LIST, "List Paragraph", look(house::BODY), 3.0),
        paragraph(HINT, "Hint", look(house::HINT), 4.0),
        paragraph(CELL, "Cell", look(house::CELL), 0.0),
        paragraph(HEAD_CELL, "Head cell", look(house::HEAD_CELL), 0.0),
        paragraph(MARKING, "header", house::MARKING, 0.0),
    ];
    let column_head = paragraph(COLUMN_HEAD, "Column head", look(house::HEAD_CELL), 0.0);
    let caption = paragraph(CAPTION, "caption", look(house::CAPTION), 9.0);
    let special = [kept(caption), kept(column_head), ruled(), gap(), running()];
    let tones = [Tone::Good, Tone::Caution, Tone::Bad].map(|t| tone(t, scale));
    let boxed = [
        note(NOTE_LABEL, "Note label", look(house::NOTE_LABEL), true),
        note(NOTE, "Note", look(house::NOTE), false),
        notice(NOTICE_TITLE, "Notice title", look(house::STRONG), true),
        notice(NOTICE, "Notice", look(house::BODY), false),
    ];
    let rest = plain.into_iter().chain(special).chain(tones).chain(boxed);
    rest.fold(all, Styles::add_style)
}

fn half_points(points: f32) -> usize {
    (points * 2.0).round() as usize
}

/// A style that looks like `look`, with so many points above.
fn paragraph(id: &str, name: &str, look: Look, above: f32) -> Style {
    let spacing = LineSpacing::new()
        .before(twips(above).unsigned_abs())
        .after(0)
        .line_rule(LineSpacingType::AtLeast)
        .line(twips(look.leading));
    let style = Style::new(id, StyleType::Paragraph)
        .name(name)
        .based_on("Normal")
        .size(half_points(look.size))
        .color(hex(look.colour))
        .line_spacing(spacing);
    match look.weight {
        Weight::Regular => style,
        Weight::Bold => style.bold(),
    }
}

fn heading_style(level: u8, scale: f32) -> Style {
    let (look, above) = match level {
        1 => (house::TITLE, 0.0),
        _ => (house::heading(level), house::space_above_heading(level)),
    };
    let name = format!("heading {level}");
    let style = paragraph(&heading(level), &name, look.scaled(scale), above)
        .next(BODY)
        .outline_lvl(usize::from(level) - 1);
    kept(style)
}

/// Not cut over two pages, and not parted from what follows.
fn kept(mut style: Style) -> Style {
    style.paragraph_property = style.paragraph_property.keep_next(true).keep_lines(true);
    style
}

/// A line to write on.
fn ruled() -> Style {
    let mut style = paragraph(RULED, "Ruled", house::BODY, 8.5);
    let end = Tab::new()
        .val(TabValueType::Right)
        .leader(TabLeaderType::Underscore)
        .pos(twips(house::MEASURE).unsigned_abs() as usize);
    style.paragraph_property = style.paragraph_property.add_tab(end);
    style
}

/// Keeps two tables apart, which Word would make one.
fn gap() -> Style {
    let look = Look {
        size: 4.0,
        leading: 6.0,
        ..house::BODY
    };
    paragraph(GAP, "Gap", look, 0.0)
}

/// The foot: the reference at the left, the notice in the middle, the page's number at the right.
fn running() -> Style {
    let measure = twips(house::MEASURE).unsigned_abs() as usize;
    let stop = |kind, pos| Tab::new().val(kind).pos(pos);
    let mut style = paragraph(RUNNING, "footer", house::RUNNING, 0.0);
    style.paragraph_property = style
        .paragraph_property
        .add_tab(stop(TabValueType::Center, measure / 2))
        .add_tab(stop(TabValueType::Right, measure));
    style
}

fn tone(tone: Tone, scale: f32) -> Style {
    let ink = house::tone(tone).map_or(house::INK, |(_, ink)| ink);
    let look = Look {
        colour: ink,
        ..house::HEAD_CELL.scaled(scale)
    };
    let id = cell(tone);
    paragraph(id, &id.replace("Cell", "Cell "), look, 0.0)
}

/// A remark under an answer, set in behind a rule.
fn note(id: &str, name: &str, look: Look, first: bool) -> Style {
    let style = paragraph(id, name, look, if first { 7.0 } else { 2.0 });
    let rule = bar(house::RULE, 12, 9);
    barred(style, rule, 14.0, first)
}

/// An announcement in a box with a bar at its left.
fn notice(id: &str, name: &str, look: Look, first: bool) -> Style {
    let style = paragraph(id, name, look, if first { 12.0 } else { 4.0 });
    let mut style = barred(style, bar(house::ACCENT, 32, 9), 16.0, first);
    style.paragraph_property = style.paragraph_property.shading(fill(house::NOTICE_FILL));
    style
}

fn bar(colour: Colour, eighths: usize, space: usize) -> ParagraphBorder {
    ParagraphBorder::new(ParagraphBorderPosition::Left)
        .val(BorderType::Single)
        .size(eighths)
        .space(space)
        .color(hex(colour))
}

fn barred(mut style: Style, bar: ParagraphBorder, indent: f32, first: bool) -> Style {
    style.paragraph_property = style
        .paragraph_property
        .set_borders(ParagraphBorders::with_empty().set(bar))
        .indent(Some(twips(indent)), None::<SpecialIndentType>, None, None)
        .keep_next(first);
    style
}
