//! Ruby: what its texts cannot tell.

use super::Allowed;

const VERSION: &str = "since 3.2 the SDK sends the class within the value; 3.3 prints the same text as 3.1, byte for byte";
const RAILS: &str = "Rails logs neither causes (up to 6.1) nor the frames outside the app";
const WRAPPER: &str =
    "the program that ran the script took its own frames out of the event, not out of the text";

pub(super) const ALLOWED: &[Allowed] = &[
    ("ruby/block_lambda_rb33", "exc.value?", VERSION),
    ("ruby/define_method_rb33", "exc.value?", VERSION),
    ("ruby/threads_rb33", "exc.value?", VERSION),
    ("ruby/unicode_rb33", "exc.value?", VERSION),
    ("ruby/full_message_rb34", "frame_count?", WRAPPER),
    ("ruby/full_message_rb34", "frame_count(all)?", WRAPPER),
    ("ruby/full_message_rb34", "fr.extra?", WRAPPER),
    ("ruby/rails_production", "chain", RAILS),
    ("ruby/rails_production", "exc_count", RAILS),
    ("ruby/rails_production", "exc.type", RAILS),
    ("ruby/rails_production", "exc.value", RAILS),
    ("ruby/rails_production", "group", RAILS),
    ("ruby/rails_production", "id_tree", RAILS),
    ("ruby/rails_production", "frame_count", RAILS),
    ("ruby/rails_production", "frame_count(all)", RAILS),
    ("ruby/rails_production", "fr.present", RAILS),
    ("ruby/rails_production", "fr.function", RAILS),
    ("ruby/rails_production", "fr.filename", RAILS),
    ("ruby/rails_production", "fr.abs_path", RAILS),
    ("ruby/rails_production", "fr.lineno", RAILS),
    ("ruby/rails_production", "fr.in_app", RAILS),
    ("ruby/rails_production", "fr.in_app(exact)", RAILS),
    ("ruby/rails_production", "fr.context_line(src)", RAILS),
    ("ruby/rails_production", "fr.context_line(exact)", RAILS),
    ("ruby/rails_production", "fr.around", RAILS),
];
