//! The outline: the paper's headings, nested, for jumping to.

use super::string::text_string;
use crate::document::PaperError;
use crate::document::typeset::{Bookmark, PAGE_HEIGHT, Scene};
use lopdf::{Dictionary, Object, ObjectId, dictionary};

/// Adds the headings of `scene`; a paper without any has no outline.
pub(super) fn add(
    file: &mut lopdf::Document,
    pages: &[ObjectId],
    scene: &Scene,
) -> Result<(), PaperError> {
    let bookmarks = &scene.bookmarks;
    if bookmarks.is_empty() {
        return Ok(());
    }
    let root = file.new_object_id();
    let ids: Vec<ObjectId> = bookmarks.iter().map(|_| file.new_object_id()).collect();
    let (top, nested) = nest(bookmarks);
    let mut outline = dictionary! { "Type" => "Outlines" };
    add_span(&mut outline, &top, &ids, 1);
    file.objects.insert(root, Object::Dictionary(outline));
    let families = nested
        .iter()
        .enumerate()
        .map(|(index, children)| (ids[index], children));
    for (parent, children) in families.chain([(root, &top)]) {
        for (position, &child) in children.iter().enumerate() {
            let mut entry = entry(&bookmarks[child], parent, pages);
            if let Some(&previous) = position
                .checked_sub(1)
                .and_then(|before| children.get(before))
            {
                entry.set("Prev", ids[previous]);
            }
            if let Some(&next) = children.get(position + 1) {
                entry.set("Next", ids[next]);
            }
            // Closed: a reader opens what they want to see.
            add_span(&mut entry, &nested[child], &ids, -1);
            file.objects.insert(ids[child], Object::Dictionary(entry));
        }
    }
    let catalogue = file.catalog_mut()?;
    catalogue.set("Outlines", root);
    catalogue.set("PageMode", "UseOutlines");
    Ok(())
}

/// The top bookmarks, and those right under each bookmark, in reading order.
fn nest(bookmarks: &[Bookmark]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut top = Vec::new();
    let mut nested = vec![Vec::new(); bookmarks.len()];
    let mut ancestors: Vec<usize> = Vec::new();
    for (index, bookmark) in bookmarks.iter().enumerate() {
        while ancestors
            .pop_if(|&mut above| bookmarks[above].level >= bookmark.level)
            .is_some()
        {}
        match ancestors.last() {
            Some(&parent) => nested[parent].push(index),
            None => top.push(index),
        }
        ancestors.push(index);
    }
    (top, nested)
}

fn entry(bookmark: &Bookmark, parent: ObjectId, pages: &[ObjectId]) -> Dictionary {
    let top = Object::Real((PAGE_HEIGHT - bookmark.top).round());
    let target: Vec<Object> = vec![
        pages[bookmark.page].into(),
        "XYZ".into(),
        0.into(),
        top,
        Object::Null,
    ];
    dictionary! { "Title" => text_string(&bookmark.title), "Parent" => parent, "Dest" => target }
}

/// Names the first and the last child and counts them; a negative count is a closed entry.
fn add_span(entry: &mut Dictionary, children: &[usize], ids: &[ObjectId], sign: i64) {
    if let (Some(&first), Some(&last)) = (children.first(), children.last()) {
        entry.set("First", ids[first]);
        entry.set("Last", ids[last]);
        entry.set("Count", sign * children.len() as i64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookmarks_nest_by_their_levels() {
        let levels = [2, 3, 4, 3, 2, 4];
        let bookmarks = levels.map(|level| Bookmark {
            title: String::new(),
            level,
            page: 0,
            top: 0.0,
        });
        let (top, nested) = nest(&bookmarks);
        assert_eq!(top, [0, 4]);
        assert_eq!(
            nested,
            [vec![1, 3], vec![2], vec![], vec![], vec![5], vec![]]
        );
    }
}
