"""What is laid out for the tools that read the staged text."""

from pathlib import Path

from practice.staging import stage


def _inode(path: Path) -> int:
    return path.stat().st_ino


def test_what_is_there_stays_what_changed_is_written_and_the_rest_goes(tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    picture.write_text("<svg/>", encoding="utf-8")
    folder = tmp_path / "staged"
    before = {Path("index.md"): "a", Path("old/page.md"): "b", Path("old/deep/page.md"): "c"}
    stage(folder, texts=before, files={Path("picture.svg"): picture})
    kept = _inode(folder / "index.md")

    after = {Path("index.md"): "a", Path("old"): "now a file", Path("new/page.md"): "d"}
    stage(folder, texts=after, files={})

    found = {path.relative_to(folder) for path in folder.rglob("*")}
    assert found == {Path("index.md"), Path("old"), Path("new"), Path("new/page.md")}
    assert (folder / "old").read_text(encoding="utf-8") == "now a file"
    assert _inode(folder / "index.md") == kept


def test_a_text_of_the_same_length_is_written_anew(tmp_path: Path) -> None:
    stage(tmp_path, texts={Path("index.md"): "one"}, files={})

    stage(tmp_path, texts={Path("index.md"): "two"}, files={})

    assert (tmp_path / "index.md").read_text(encoding="utf-8") == "two"
