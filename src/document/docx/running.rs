//! The page, and what stands at its head and foot: marking, notice, reference and number.

use super::body::filled;
use super::{styles, twips};
use crate::document::text::one_line;
use crate::document::tree::Document;
use crate::document::typeset::style::{BOTTOM, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, TOP};
use docx_rs::{AlignmentType, Docx, Footer, Header, NumPages, PageMargin, PageNum, Paragraph, Run};

/// Gives `docx` the page of `document`.
pub(super) fn frame(docx: Docx, document: &Document) -> Docx {
    let margins = PageMargin::new()
        .top(twips(TOP))
        .bottom(twips(PAGE_HEIGHT - BOTTOM))
        .left(twips(MARGIN))
        .right(twips(MARGIN))
        .header(twips(26.0))
        .footer(twips(26.0));
    let [width, height] = [PAGE_WIDTH, PAGE_HEIGHT].map(|side| twips(side).unsigned_abs());
    docx.page_size(width, height)
        .page_margin(margins)
        .header(head(document))
        .footer(foot(document))
}

fn head(document: &Document) -> Header {
    let lines = [&document.marking, &document.notice].into_iter().flatten();
    let head = lines.fold(Header::new(), |head, line| {
        head.add_paragraph(centred(line))
    });
    if head.children.is_empty() {
        // Word wants one paragraph at least.
        return head.add_paragraph(Paragraph::new().style(styles::MARKING));
    }
    head
}

fn foot(document: &Document) -> Footer {
    let notice = one_line(document.notice.as_deref().unwrap_or_default());
    let line = filled(&one_line(&document.reference), styles::RUNNING)
        .add_run(Run::new().add_tab())
        .add_run(Run::new().add_text(notice).bold())
        .add_run(Run::new().add_tab().add_text("Page "))
        .add_page_num(PageNum::new())
        .add_run(Run::new().add_text(" of "))
        .add_num_pages(NumPages::new());
    let foot = Footer::new().add_paragraph(line);
    match &document.marking {
        Some(marking) => foot.add_paragraph(centred(marking)),
        None => foot,
    }
}

fn centred(text: &str) -> Paragraph {
    filled(&one_line(text), styles::MARKING).align(AlignmentType::Center)
}
