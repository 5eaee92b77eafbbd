"""What users do and what must come of it, told once for every cluster: in memory and real."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tests.scenarios import (
    autoscaling,
    connector,
    document,
    modes,
    pipeline,
    processing,
    references,
    scrape,
    settings,
    tenant,
)
from tests.scenarios.world import World

AnyWorld = TypeVar("AnyWorld", bound=World)


@dataclass(frozen=True)
class Scenario(Generic[AnyWorld]):
    """A story about objects of one kind, told to the cluster and then checked."""

    run: Callable[[AnyWorld], None]
    serial: bool = False
    """Runs alone, after the others, since it disturbs what they share. Finds both running."""
    expected_errors: tuple[str, ...] = ()
    """Regular expressions for lines that it may leave in the logs of engine and server."""

    @property
    def name(self) -> str:
        """The kind, for which the module is named, and the behaviour: "document.is_published"."""
        return f"{self.run.__module__.rpartition('.')[2]}.{self.run.__name__}"

    @property
    def namespace(self) -> str:
        return re.sub("[._]", "-", self.name)[:50].rstrip("-")

    def __str__(self) -> str:
        return self.name


DOCUMENT: tuple[Scenario[World], ...] = tuple(
    map(
        Scenario,
        (
            document.is_published,
            document.an_edit_updates_in_place,
            document.a_second_apply_writes_nothing,
            document.an_edit_by_hand_is_put_back,
            document.a_deletion_by_hand_is_put_back,
            document.what_others_add_stays,
            document.a_pause_keeps_what_is_there,
            document.a_pause_keeps_what_was_deleted,
            document.a_pause_keeps_what_lost_its_owner,
            document.a_foreign_key_is_not_the_content,
            document.hiding_withdraws,
            document.broken_content_keeps_what_is_published,
            document.every_text_is_published_or_refused,
            document.the_largest_content_is_published,
            document.a_wrong_spec_is_refused_by_name,
            document.a_taken_name_is_reported,
            document.deleting_leaves_nothing,
            document.deleting_beats_a_pause,
        ),
    )
)

PIPELINE: tuple[Scenario[World], ...] = tuple(
    map(
        Scenario,
        (
            pipeline.runs,
            pipeline.an_edit_rolls_once,
            pipeline.a_second_apply_writes_nothing,
            pipeline.an_edit_by_hand_is_put_back,
            pipeline.a_deletion_by_hand_is_put_back,
            pipeline.a_restart_by_hand_stays,
            pipeline.the_number_of_pods_follows,
            pipeline.a_pause_keeps_what_is_there,
            pipeline.an_unsound_edit_keeps_what_runs,
            pipeline.born_unsound_creates_nothing,
            pipeline.a_wrong_spec_is_refused_by_name,
            pipeline.a_quota_is_reported,
            pipeline.a_stuck_rollout_keeps_the_old_pods,
            pipeline.deleting_leaves_nothing,
            pipeline.deleting_beats_a_pause,
            pipeline.deleting_ends_a_rollout,
        ),
    )
)

PROCESSING: tuple[Scenario[World], ...] = tuple(
    map(Scenario, (processing.what_samples_runs_alone, processing.what_is_laid_over_rolls_once))
)

CONNECTOR: tuple[Scenario[World], ...] = tuple(
    map(
        Scenario,
        (
            connector.is_accepted,
            connector.a_probe_is_scheduled,
            connector.the_longest_name_can_be_probed,
            connector.a_second_apply_writes_nothing,
            connector.an_edit_updates_in_place,
            connector.a_probe_without_tls_lets_go_of_its_files,
            connector.an_edit_by_hand_is_put_back,
            connector.a_deletion_by_hand_is_put_back,
            connector.without_its_probe_nothing_is_left,
            connector.an_unsound_edit_keeps_the_probe,
            connector.trust_in_anybody_is_warned_of,
            connector.a_pause_keeps_what_is_there,
            connector.a_wrong_spec_is_refused_by_name,
            connector.deleting_leaves_nothing,
        ),
    )
)

REFERENCES: tuple[Scenario[World], ...] = tuple(
    map(
        Scenario,
        (
            references.a_connector_is_used,
            references.an_edit_of_a_connector_rolls_once,
            references.an_edit_of_a_configuration_rolls_once,
            references.a_configuration_is_environment,
            references.what_does_not_concern_it_rolls_nothing,
            references.born_before_its_connector_it_creates_nothing,
            references.a_reference_that_breaks_keeps_what_runs,
            references.a_kind_that_is_not_there_keeps_what_runs,
            references.what_is_in_use_waits_with_its_deletion,
            references.users_and_used_go_in_any_order,
            references.a_pipeline_sends_to_another,
            references.a_cycle_is_named_by_its_path,
            references.a_cycle_can_be_deleted,
        ),
    )
)

MODES: tuple[Scenario[World], ...] = (
    *map(
        Scenario,
        (
            modes.pods_with_a_name_of_their_own,
            modes.an_edit_replaces_one_pod_after_the_other,
            modes.a_broken_edit_is_mended,
            modes.a_broken_edit_is_taken_back,
            modes.a_queue_on_disk_outlives_its_pods,
            modes.a_queue_on_disk_goes_if_it_is_to,
            modes.one_pod_runs_on_each_node,
            modes.an_edit_leaves_no_node_alone,
            modes.a_broken_edit_leaves_no_node_alone,
            modes.nodes_are_selected,
            autoscaling.never_dips,
            autoscaling.never_dips_with_names,
            autoscaling.is_not_turned_off_for_fewer_pods,
            autoscaling.survives_what_keeps_the_rest_from_being_applied,
            settings.everything_of_a_deployment_rests,
            settings.everything_of_an_autoscaled_deployment_rests,
            settings.everything_of_a_daemon_set_rests,
            settings.everything_of_a_stateful_set_rests,
            settings.what_is_beside_the_pods_changes,
            settings.what_is_for_ever_is_refused_by_name,
            settings.what_is_on_disk_is_for_ever,
        ),
    ),
    Scenario(modes.agents_run_where_they_may, serial=True),  # it changes the platform's settings
)

TENANT: tuple[Scenario[World], ...] = tuple(
    map(
        Scenario,
        (
            tenant.is_bounded,
            tenant.another_size_changes_it_in_place,
            tenant.without_its_label_nothing_is_left,
            tenant.an_unknown_size_changes_nothing_and_is_told,
            tenant.an_unknown_size_makes_nothing,
            tenant.an_edit_by_hand_is_put_back,
            tenant.a_second_apply_writes_nothing,
            tenant.a_pause_keeps_edits_by_hand,
            tenant.a_default_pipeline_and_its_rollout_fit_into_small,
            tenant.a_pod_without_requests_gets_some,
        ),
    )
)

# An event is how the owner of a Service learns what is wrong with it.
SCRAPE_REFUSED = ("unsupported status code: 422", "InvalidObject")
SCRAPE: tuple[Scenario[World], ...] = (
    *map(
        Scenario,
        (
            scrape.gets_a_connector,
            scrape.annotations_are_followed,
            scrape.the_selector_is_followed,
            scrape.without_its_annotation_nothing_is_left,
            scrape.an_edit_by_hand_is_put_back,
            scrape.a_second_apply_writes_nothing,
            scrape.a_long_name_is_shortened,
            scrape.a_pipeline_uses_the_connector,
        ),
    ),
    *(
        Scenario(run, expected_errors=SCRAPE_REFUSED)
        for run in (
            scrape.a_mistake_changes_nothing_and_is_told,
            scrape.what_cannot_be_scraped_gets_nothing,
            scrape.a_twin_is_not_scraped_itself,
        )
    ),
)

EVERYWHERE = (
    *DOCUMENT,
    *CONNECTOR,
    *PIPELINE,
    *PROCESSING,
    *REFERENCES,
    *MODES,
    *TENANT,
    *SCRAPE,
    Scenario(
        document.an_immutable_child_is_explained,
        expected_errors=("field is immutable when `immutable` is set",),
    ),
    *(
        Scenario(
            kind.deleting_the_namespace_ends,
            # Children may go before their parent is marked, and are then asked for once more.
            expected_errors=("because it is being terminated",),
        )
        for kind in (document, connector, pipeline, references, scrape, tenant)
    ),
)
