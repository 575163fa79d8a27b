//! A line of text as operators: glyph codes, and the distances by which shaping departs from the
//! widths of the glyphs.

use super::fonts::{Font, Fonts};
use super::ops::{Painter, begin, from_bottom, point};
use super::string::text_bytes;
use crate::document::text::{Glyph, Run};
use crate::document::typeset::TextInk;
use printpdf::{DictItem, FontId, Op, PdfFontHandle, Pt, TextMatrix};

/// Glyphs in one font that begin so many thousandths of an em from where the pen was put down.
struct Set<'a> {
    font: &'a Font,
    at: f32,
    glyphs: &'a [Glyph],
    size: f32,
}

impl Set<'_> {
    fn width(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.advance).sum::<i32>() as f32 * self.font.scale()
    }
}

/// What is being shown since the pen was last put down.
#[derive(Default)]
struct Showing {
    /// Glyph codes, two bytes each, not yet in `shown`.
    codes: Vec<u8>,
    shown: Vec<DictItem>,
    /// Where the pen was put down, in points from the page's left edge; none before that.
    origin: Option<f32>,
    /// How far the viewer's pen has moved since, in thousandths of an em.
    pen: f32,
    /// How far above the baseline glyphs are shown, in points.
    raised: f32,
}

impl Showing {
    fn end_string(&mut self) {
        if !self.codes.is_empty() {
            let data = std::mem::take(&mut self.codes);
            self.shown.push(DictItem::String {
                data,
                literal: true,
            });
        }
    }

    /// Moves the pen by whole thousandths of an em.
    fn adjust(&mut self, by: f32) {
        self.end_string();
        self.shown.push(DictItem::Int(-by as i64));
        self.pen += by;
    }

    /// Shows what follows so many points above the baseline.
    fn raise(&mut self, up: f32, ops: &mut Vec<Op>) {
        if up != self.raised {
            self.flush(ops);
            ops.push(Op::SetLineOffset { multiplier: up });
            self.raised = up;
        }
    }

    /// Shows those glyphs of `set` that are `wanted`.
    fn glyphs(&mut self, set: &Set, wanted: impl Fn(&Glyph) -> bool, ops: &mut Vec<Op>) {
        let scale = set.font.scale();
        let mut at = set.at;
        for glyph in set.glyphs {
            if wanted(glyph) {
                self.raise(point(glyph.up as f32 * scale * set.size / 1000.0).0, ops);
                let (code, width) = set.font.code(glyph.id);
                self.glyph(code, width, at + glyph.right as f32 * scale);
            }
            at += glyph.advance as f32 * scale;
        }
    }

    /// Shows `set`, whose glyphs do not spell `text` alone, and says that they stand for it.
    fn spelled(&mut self, text: &str, set: &Set, ops: &mut Vec<Op>) {
        let on_baseline = |glyph: &Glyph| glyph.up == 0;
        self.flush(ops);
        let text = DictItem::String {
            data: text_bytes(text),
            literal: true,
        };
        ops.push(begin("Span", "ActualText", text));
        // Readers take the place of the text from the first and the last glyph. So an invisible
        // space stands before marks that are raised, and the letter itself after them.
        if set.glyphs.iter().any(on_baseline) && !set.glyphs.iter().all(on_baseline) {
            let (space, width) = set.font.space();
            self.glyph(space, width, set.at);
            self.glyphs(set, |glyph| !on_baseline(glyph), ops);
            self.glyphs(set, on_baseline, ops);
        } else {
            self.glyphs(set, |_| true, ops);
        }
        self.flush(ops);
        ops.push(Op::EndMarkedContent);
    }

    /// Shows the glyph of `code`, so many thousandths of an em from where the pen was put down.
    fn glyph(&mut self, code: u16, width: f32, at: f32) {
        let departure = (at - self.pen).round();
        if departure != 0.0 {
            self.adjust(departure);
        }
        self.codes.extend(code.to_be_bytes());
        self.pen += width;
    }

    fn flush(&mut self, ops: &mut Vec<Op>) {
        self.end_string();
        if !self.shown.is_empty() {
            let value = vec![DictItem::Array(std::mem::take(&mut self.shown))];
            ops.push(Op::Unknown {
                key: "TJ".to_owned(),
                value,
            });
        }
    }
}

impl Painter<'_> {
    /// Shows a line. Runs are shown in reading order, wherever they stand.
    pub(super) fn line(&mut self, text: &TextInk) {
        let mut showing = Showing::default();
        for placed in &text.line.runs {
            let run = &*placed.run;
            let x = text.x + placed.x;
            self.fonts.font(run.face).take_up(run);
            if run.right_to_left {
                // The glyphs stand from left to right and are read from right to left.
                showing.flush(&mut self.ops);
                self.ops.push(Op::BeginMarkedContent {
                    tag: "ReversedChars".to_owned(),
                });
            }
            if showing.origin.is_none() || self.font != Some((run.face, text.size)) {
                self.put_down(&mut showing, run, x, text);
            }
            let origin = showing.origin.unwrap_or(x);
            self.show(
                &mut showing,
                run,
                (x - origin) * 1000.0 / text.size,
                text.size,
            );
            if run.right_to_left {
                showing.flush(&mut self.ops);
                self.ops.push(Op::EndMarkedContent);
            }
        }
        showing.flush(&mut self.ops);
    }

    /// Puts the pen down at `x` on the baseline with the run's font.
    fn put_down(&mut self, showing: &mut Showing, run: &Run, x: f32, text: &TextInk) {
        showing.flush(&mut self.ops);
        if self.font != Some((run.face, text.size)) {
            self.font = Some((run.face, text.size));
            let font = PdfFontHandle::External(FontId(Fonts::resource_name(run.face)));
            self.ops.push(Op::SetFont {
                font,
                size: Pt(text.size),
            });
        }
        let matrix = TextMatrix::Translate(point(x), from_bottom(text.baseline()));
        self.ops.push(Op::SetTextMatrix { matrix });
        (showing.origin, showing.pen) = (Some(x), 0.0);
    }

    /// Shows a run that begins `wanted` thousandths of an em from where the pen was put down.
    fn show(&mut self, showing: &mut Showing, run: &Run, mut wanted: f32, size: f32) {
        let font = &*self.fonts.font(run.face);
        for cluster in run.clusters() {
            let set = Set {
                font,
                at: wanted,
                glyphs: cluster.glyphs,
                size,
            };
            wanted += set.width();
            if font.reads(&cluster) {
                showing.glyphs(&set, |_| true, &mut self.ops);
            } else {
                showing.spelled(cluster.text, &set, &mut self.ops);
            }
        }
        showing.raise(0.0, &mut self.ops);
    }
}
