//! The tag tree: what each piece of content is, in reading order, and the way back from each
//! marked-content sequence to its tag.

use super::links::{self, Link};
use super::string::text_string;
use crate::document::PaperError;
use crate::document::typeset::{Frame, PAGE_HEIGHT, Role, Scene, Scope, TagId};
use lopdf::{Dictionary, Object, ObjectId, dictionary};

/// A marked-content sequence: its page and its number there.
type Sequence = (usize, i64);

/// Adds the tag tree of `scene`; `marked` holds each page's tags by sequence number.
pub(super) fn add(
    file: &mut lopdf::Document,
    pages: &[ObjectId],
    scene: &Scene,
    marked: &[Vec<TagId>],
    language: &str,
) -> Result<(), PaperError> {
    for &page in pages {
        // printpdf gives every page a list of annotations, which is empty.
        file.get_dictionary_mut(page)?.remove(b"Annots");
    }
    let root = file.new_object_id();
    let ids: Vec<ObjectId> = scene.tags.iter().map(|_| file.new_object_id()).collect();
    let links = links::add(file, pages, scene)?;
    let mut kids = kids(scene, marked, &links);
    for (index, tag) in scene.tags.iter().enumerate() {
        let parent = tag.parent.map_or(root, |parent| ids[parent.0]);
        let mut element = element(
            &tag.role,
            parent,
            std::mem::take(&mut kids[index]),
            &ids,
            pages,
        );
        if tag.parent.is_none() {
            element.set("Lang", text_string(language));
        }
        file.objects.insert(ids[index], Object::Dictionary(element));
    }
    let parents = parent_tree(file, marked, &links, &ids);
    let tree = dictionary! {
        "Type" => "StructTreeRoot", "K" => ids[0], "ParentTree" => parents,
        "ParentTreeNextKey" => (pages.len() + links.len()) as i64,
    };
    file.objects.insert(root, Object::Dictionary(tree));
    for (number, &page) in pages.iter().enumerate() {
        let page = file.get_dictionary_mut(page)?;
        page.set("StructParents", number as i64);
        // A page that is walked through with the tab key is walked in the order of its tags.
        page.set("Tabs", "S");
    }
    let catalogue = file.catalog_mut()?;
    catalogue.set("StructTreeRoot", root);
    catalogue.set("MarkInfo", dictionary! { "Marked" => true });
    catalogue.set("Lang", text_string(language));
    Ok(())
}

/// What stands under a tag: other tags, or content.
#[derive(Clone, Default)]
struct Kids {
    tags: Vec<TagId>,
    content: Vec<Sequence>,
    /// Annotations with their pages.
    annotations: Vec<(usize, ObjectId)>,
}

fn kids(scene: &Scene, marked: &[Vec<TagId>], links: &[Link]) -> Vec<Kids> {
    let mut kids = vec![Kids::default(); scene.tags.len()];
    for (index, tag) in scene.tags.iter().enumerate() {
        if let Some(parent) = tag.parent {
            kids[parent.0].tags.push(TagId(index));
        }
    }
    for (page, tags) in marked.iter().enumerate() {
        for (number, tag) in tags.iter().enumerate() {
            kids[tag.0].content.push((page, number as i64));
        }
    }
    for link in links {
        kids[link.tag.0]
            .annotations
            .push((link.page, link.annotation));
    }
    kids
}

fn element(
    role: &Role,
    parent: ObjectId,
    kids: Kids,
    ids: &[ObjectId],
    pages: &[ObjectId],
) -> Dictionary {
    let mut element = dictionary! { "Type" => "StructElem", "S" => role.name(), "P" => parent };
    let mut all: Vec<Object> = kids.tags.iter().map(|tag| ids[tag.0].into()).collect();
    if let Some(&(home, _)) = kids.content.first() {
        element.set("Pg", pages[home]);
        all.extend(kids.content.iter().map(|&(page, number)| {
            if page == home {
                return Object::Integer(number);
            }
            dictionary! { "Type" => "MCR", "Pg" => pages[page], "MCID" => number }.into()
        }));
    }
    all.extend(kids.annotations.iter().map(|&(page, annotation)| {
        let page = pages[page];
        dictionary! { "Type" => "OBJR", "Pg" => page, "Obj" => annotation }.into()
    }));
    if !all.is_empty() {
        element.set("K", all);
    }
    add_attributes(&mut element, role);
    element
}

fn add_attributes(element: &mut Dictionary, role: &Role) {
    match role {
        Role::TH(scope) => {
            let scope = match scope {
                Scope::Row => "Row",
                Scope::Column => "Column",
            };
            element.set("A", dictionary! { "O" => "Table", "Scope" => scope });
        }
        Role::L { ordered } => {
            let numbering = if *ordered { "Decimal" } else { "Disc" };
            element.set(
                "A",
                dictionary! { "O" => "List", "ListNumbering" => numbering },
            );
        }
        Role::Figure { alternative, frame } => {
            let bounds = bounding_box(&frame.unwrap_or_default());
            element.set("Alt", text_string(alternative));
            element.set(
                "A",
                dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => bounds },
            );
        }
        _ => {}
    }
}

/// Left, bottom, right and top, counted from the page's bottom left corner.
pub(super) fn bounding_box(frame: &Frame) -> Vec<Object> {
    let corners = [
        frame.left,
        PAGE_HEIGHT - frame.bottom(),
        frame.right(),
        PAGE_HEIGHT - frame.top,
    ];
    corners.map(Object::Real).to_vec()
}

/// The way back: for each page, the tag of each of its sequences; then the tag of each link.
fn parent_tree(
    file: &mut lopdf::Document,
    marked: &[Vec<TagId>],
    links: &[Link],
    ids: &[ObjectId],
) -> ObjectId {
    let mut numbers: Vec<Object> = Vec::new();
    for (page, tags) in marked.iter().enumerate() {
        let tags: Vec<Object> = tags.iter().map(|tag| ids[tag.0].into()).collect();
        numbers.push((page as i64).into());
        numbers.push(file.add_object(tags).into());
    }
    for (index, link) in links.iter().enumerate() {
        numbers.push(((marked.len() + index) as i64).into());
        numbers.push(ids[link.tag.0].into());
    }
    file.add_object(dictionary! { "Nums" => numbers })
}
