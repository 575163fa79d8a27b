//! Running heads and feet: the marking, the reference, the notice and the page's number. They are
//! artifacts, for they would interrupt whoever listens to the paper.

use super::galley::{fill_item, text_item};
use super::scene::{Artifact, Item, Mark, Scene};
use super::style::{self, MARGIN, MEASURE, PAGE_HEIGHT, Style};
use crate::document::text::{self, Line, Shaper};
use crate::document::tree::Document;

const HEAD: f32 = 26.0;
const HEAD_NOTICE: f32 = 41.0;
const FOOT_RULE: f32 = PAGE_HEIGHT - 58.0;
const FOOT: f32 = PAGE_HEIGHT - 53.0;
const FOOT_MARKING: f32 = PAGE_HEIGHT - 37.0;
/// With a notice, three lines stand where there are two without: it has a line of its own, so that it is
/// never cut off.
const FOOT_NOTICE: f32 = PAGE_HEIGHT - 40.5;
const FOOT_MARKING_LOW: f32 = PAGE_HEIGHT - 28.0;
/// The measure of the page's number, at the right of the foot.
const NUMBER: f32 = 90.0;

/// Adds the running heads and feet, now that the number of pages is known.
pub(super) fn add(scene: &mut Scene, document: &Document, shaper: &mut Shaper) {
    let bold = Style {
        size: style::RUNNING.size,
        leading: style::RUNNING.leading,
        ..style::MARKING
    };
    let marking = document
        .marking
        .as_deref()
        .and_then(|text| one_line(shaper, text, style::MARKING, MEASURE));
    let notice = document
        .notice
        .as_deref()
        .and_then(|text| one_line(shaper, text, bold, MEASURE));
    let head_notice = document
        .notice
        .as_deref()
        .and_then(|text| one_line(shaper, text, style::MARKING, MEASURE));
    let room = MEASURE - NUMBER - 10.0;
    let foot_marking = if notice.is_some() {
        FOOT_MARKING_LOW
    } else {
        FOOT_MARKING
    };
    let reference = one_line(shaper, &document.reference, style::RUNNING, room);
    let count = scene.pages.len();
    for (index, page) in scene.pages.iter_mut().enumerate() {
        let number = format!("Page {} of {count}", index + 1);
        let number = one_line(shaper, &number, style::RUNNING, NUMBER);
        let items = &mut page.items;
        items.push(pagination(fill_item(
            [MARGIN, FOOT_RULE, MEASURE, 0.5],
            style::RULE,
        )));
        let mut put = |line: &Option<Line>, x: f32, top: f32, style: Style| {
            let mark = Mark::Artifact(Artifact::Pagination);
            items.extend(
                line.clone()
                    .map(|line| text_item(mark, line, [x, 0.0], top, style)),
            );
        };
        put(&marking, centred(&marking), HEAD, style::MARKING);
        put(
            &head_notice,
            centred(&head_notice),
            HEAD_NOTICE,
            style::MARKING,
        );
        put(&reference, MARGIN, FOOT, style::RUNNING);
        put(&notice, centred(&notice), FOOT_NOTICE, bold);
        put(
            &number,
            MARGIN + MEASURE - width(&number),
            FOOT,
            style::RUNNING,
        );
        put(&marking, centred(&marking), foot_marking, style::MARKING);
    }
}

fn pagination(item: Item) -> Item {
    Item {
        mark: Mark::Artifact(Artifact::Pagination),
        ..item
    }
}

fn width(line: &Option<Line>) -> f32 {
    line.as_ref().map_or(0.0, |line| line.width)
}

fn centred(line: &Option<Line>) -> f32 {
    MARGIN + (MEASURE - width(line)) / 2.0
}

/// `text` on one line of at most `measure` points; what is longer ends in an ellipsis after its
/// last whole word.
fn one_line(shaper: &mut Shaper, text: &str, style: Style, measure: f32) -> Option<Line> {
    let text = text::one_line(text);
    let mut lines = shaper.lines(&text, style.weight, style.size, measure);
    if lines.len() <= 1 {
        return lines.pop();
    }
    let kept = shaper
        .lines(&text, style.weight, style.size, measure - style.size)
        .swap_remove(0);
    let shortened = format!("{}…", kept.text().trim_end());
    shaper
        .lines(&shortened, style.weight, style.size, measure)
        .into_iter()
        .next()
}
