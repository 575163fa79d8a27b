//! Links as annotations. Each is tagged, says where it leads and shows no border.

use super::string::text_string;
use super::tags::bounding_box;
use crate::document::PaperError;
use crate::document::typeset::{Frame, Mark, Role, Scene, TagId};
use lopdf::{Object, ObjectId, dictionary};

/// A link as far as it stands on one page.
pub(super) struct Link {
    pub tag: TagId,
    /// The page, counted from nought.
    pub page: usize,
    pub annotation: ObjectId,
}

/// Adds an annotation for every link of `scene`; their keys in the parent tree follow the pages'.
pub(super) fn add(
    file: &mut lopdf::Document,
    pages: &[ObjectId],
    scene: &Scene,
) -> Result<Vec<Link>, PaperError> {
    let mut links: Vec<Link> = Vec::new();
    for (page, &id) in pages.iter().enumerate() {
        let mut annotations: Vec<Object> = Vec::new();
        for (tag, target, frame) in places(scene, page) {
            let key = (pages.len() + links.len()) as i64;
            let action = dictionary! {
                "S" => "URI", "URI" => Object::string_literal(target),
            };
            let annotation = file.add_object(dictionary! {
                "Type" => "Annot", "Subtype" => "Link", "Rect" => bounding_box(&frame),
                "Border" => vec![0.into(), 0.into(), 0.into()],
                // Printed with the page, as archives want it.
                "F" => 4,
                "Contents" => text_string(target), "StructParent" => key, "A" => action,
            });
            annotations.push(annotation.into());
            links.push(Link {
                tag,
                page,
                annotation,
            });
        }
        if !annotations.is_empty() {
            file.get_dictionary_mut(id)?.set("Annots", annotations);
        }
    }
    Ok(links)
}

/// The links on a page: the tag, where it leads, and the frame of all its lines there.
fn places(scene: &Scene, page: usize) -> Vec<(TagId, &str, Frame)> {
    let mut places: Vec<(TagId, &str, Frame)> = Vec::new();
    for item in &scene.pages[page].items {
        let Mark::Content(tag) = item.mark else {
            continue;
        };
        let Role::Link { target } = &scene.tags[tag.0].role else {
            continue;
        };
        let frame = item.ink.frame();
        match places.last_mut() {
            Some((last, _, whole)) if *last == tag => *whole = whole.union(&frame),
            _ => places.push((tag, target, frame)),
        }
    }
    places
}
