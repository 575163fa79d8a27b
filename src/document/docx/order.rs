//! The order that the standard (ECMA-376, part 1) sets for the properties of paragraphs, tables,
//! styles and pages. docx-rs writes them in an order of its own, which a strict reader may refuse.

use quick_xml::events::Event;

/// Elements whose children have an order, with those children that a paper can have.
const ORDERS: [(&str, &[&str]); 8] = [
    (
        "pPr",
        &[
            "pStyle",
            "keepNext",
            "keepLines",
            "pageBreakBefore",
            "framePr",
            "widowControl",
            "numPr",
            "pBdr",
            "shd",
            "tabs",
            "bidi",
            "adjustRightInd",
            "snapToGrid",
            "spacing",
            "ind",
            "jc",
            "textAlignment",
            "outlineLvl",
            "rPr",
            "sectPr",
        ],
    ),
    ("numPr", &["ilvl", "numId"]),
    (
        "tblPr",
        &[
            "tblStyle",
            "tblpPr",
            "tblW",
            "jc",
            "tblInd",
            "tblBorders",
            "shd",
            "tblLayout",
            "tblCellMar",
            "tblLook",
            "tblCaption",
            "tblDescription",
        ],
    ),
    (
        "tcPr",
        &[
            "tcW",
            "gridSpan",
            "vMerge",
            "tcBorders",
            "shd",
            "tcMar",
            "textDirection",
            "vAlign",
        ],
    ),
    (
        "style",
        &[
            "name",
            "basedOn",
            "next",
            "link",
            "uiPriority",
            "semiHidden",
            "unhideWhenUsed",
            "qFormat",
            "pPr",
            "rPr",
            "tblPr",
            "trPr",
            "tcPr",
        ],
    ),
    (
        "lvl",
        &[
            "start",
            "numFmt",
            "lvlRestart",
            "pStyle",
            "isLgl",
            "suff",
            "lvlText",
            "lvlJc",
            "pPr",
            "rPr",
        ],
    ),
    (
        "sectPr",
        &[
            "headerReference",
            "footerReference",
            "type",
            "pgSz",
            "pgMar",
            "pgNumType",
            "cols",
            "titlePg",
            "textDirection",
            "docGrid",
        ],
    ),
    ("settings", &["zoom", "defaultTabStop", "compat"]),
];

/// `events` with the children of every such element in order; others stay where they are.
pub(super) fn ordered<'a>(events: &[Event<'a>]) -> Vec<Event<'a>> {
    let mut out = Vec::with_capacity(events.len());
    put(events, &mut out);
    out
}

fn put<'a>(events: &[Event<'a>], out: &mut Vec<Event<'a>>) {
    let mut rest = events;
    while let Some(first) = rest.first() {
        let order = ORDERS.iter().find(|(name, _)| local_name(first) == *name);
        let (Some((_, order)), Event::Start(_)) = (order, first) else {
            out.push(first.clone());
            rest = &rest[1..];
            continue;
        };
        let length = extent(rest);
        let mut children: Vec<_> = children(&rest[1..length - 1]).collect();
        // Stable: what the list does not know keeps its place after the rest.
        children.sort_by_key(|child| {
            let name = local_name(&child[0]);
            order
                .iter()
                .position(|&known| known == name)
                .unwrap_or(order.len())
        });
        out.push(first.clone());
        children.into_iter().for_each(|child| put(child, out));
        out.push(rest[length - 1].clone());
        rest = &rest[length..];
    }
}

/// How many events the element takes that `events` begin with; one if it is none or empty.
fn extent(events: &[Event]) -> usize {
    let mut depth = 0_usize;
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    events.len()
}

fn children<'e, 'a>(mut events: &'e [Event<'a>]) -> impl Iterator<Item = &'e [Event<'a>]> {
    std::iter::from_fn(move || {
        if events.is_empty() {
            return None;
        }
        let (child, rest) = events.split_at(extent(events));
        events = rest;
        Some(child)
    })
}

/// The name of the element that `event` begins, without its prefix; empty for other events.
fn local_name<'e>(event: &'e Event) -> &'e str {
    let name = match event {
        Event::Start(tag) | Event::Empty(tag) => tag.local_name().into_inner(),
        _ => b"",
    };
    std::str::from_utf8(name).unwrap_or_default()
}
