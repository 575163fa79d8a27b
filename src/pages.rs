//! What people see, one file a page. Values in, HTML out: no rule, no SQL.

pub mod assessments;
pub mod check;
pub mod copy;
pub mod entry;
pub mod freeze;
pub mod happened;
pub mod home;
pub mod information;
pub mod internal;
pub mod late;
pub mod notices;
pub mod one_entry;
pub mod other_papers;
pub mod patient;
pub mod problem;
pub mod protocol;
pub mod record;
pub mod review;
pub mod section;
pub mod sign;
pub mod sign_in;
pub mod step;
pub mod task_list;
pub mod timeline;
