use super::stage::Stage;
use crate::meeting::REFRESH_EVERY_SECONDS;

#[test]
fn tokens_are_renewed_while_their_owner_is_inside() {
    let mut stage = Stage::new();
    stage.join_with("anna", |_, _| {});
    stage.wait(1);
    stage.curtain();
    stage.wait(REFRESH_EVERY_SECONDS - 2);
    stage.wait(1);
    stage.wait(1);
    insta::assert_snapshot!(stage.script);
}
