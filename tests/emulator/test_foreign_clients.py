"""A client that nobody here wrote, against the emulator: Red Hat's cloudpub, with two addresses changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.documents import offer, write
from tests.emulator.running import ADATUM, Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

ms_azure = pytest.importorskip("cloudpub.ms_azure", reason="cloudpub is in the extra dev")

VM = offer(
    "contoso-firewall",
    "csp: {resellers: selected, partners: [{name: Adatum, tenant_id: " + ADATUM + ", country: FR}]}",
    type_="virtual-machine",
    more="plans: [{id: paid, license: usage}, {id: own, license: byol}]",
)
IMAGE = "https://images.blob.core.windows.net/vhds/firewall.vhd?sp=r&st=2026-01-01&sig=abc"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder = write(tmp_path_factory.mktemp("data"), {"contoso-firewall": VM})
    running = Emulator.start(folder, job_seconds=0.01)
    yield running
    running.stop()


@pytest.fixture
def service(emulator: Emulator) -> Any:
    """cloudpub's service, led to the emulator: its addresses are constants of its code."""
    emulator.reset()
    emulator.faults(page_size=2)
    keys = {"AZURE_CLIENT_ID": "app", "AZURE_TENANT_ID": "contoso", "AZURE_API_SECRET": "hush"}
    made = ms_azure.AzureService(keys, retry_interval=0.02, retry_timeout=5)
    session = type(made.session)(
        auth_keys=keys,
        prefix_url=f"{emulator.url}/rp/product-ingestion",
        mandatory_params={"$version": made.AZURE_SCHEMA_VERSION},
    )
    session.LOGIN_URL_TMPL = emulator.url + "/{AZURE_TENANT_ID}/oauth2/token"
    session.session.trust_env = False
    made.session = session
    return made


def metadata(**more: Any) -> Any:
    """What cloudpub is asked to publish."""
    return ms_azure.AzurePublishingMetadata(
        **{
            "disk_version": "1.0.0",
            "image_path": IMAGE,
            "architecture": "x86_64",
            "destination": "contoso-firewall/paid",
            "keepdraft": False,
            "overwrite": False,
            **more,
        }
    )


def test_cloudpub_reads_products_plans_trees_and_submissions(service: Any) -> None:
    assert [one.identity.name for one in service.list_products()] == ["contoso-firewall"]
    product, plan = service.get_product_plan_by_name("contoso-firewall", "paid", "live")
    assert plan.identity.name == "paid"
    assert service.get_plan_tech_config(product, plan).skus == []
    (reseller,) = service.filter_product_resources(product, "reseller")
    assert reseller.reseller_channel_state == "some"
    assert not service.diff_offer(product, "preview")


@pytest.mark.parametrize("modular", [False, True])
def test_cloudpub_publishes_an_image_to_live(service: Any, emulator: Emulator, modular: bool) -> None:
    service.publish(metadata(modular_push=modular))
    live = emulator.tree("contoso-firewall", "live")
    (technical,) = [
        one
        for id_, one in live.items()
        if id_.startswith("virtual-machine-plan-technical-configuration/") and one["vmImageVersions"]
    ]
    assert technical["vmImageVersions"][0]["versionNumber"] == "1.0.0"
    assert emulator.audience("contoso-firewall") == ("selected", {ADATUM})


def test_cloudpub_keeps_a_draft(service: Any, emulator: Emulator) -> None:
    service.publish(metadata(keepdraft=True, overwrite=True))
    draft = [str(one) for one in emulator.tree("contoso-firewall", "draft").values()]
    assert any("firewall.vhd" in one for one in draft)
    assert not any("firewall.vhd" in str(one) for one in emulator.tree("contoso-firewall", "live").values())


def test_cloudpub_is_told_why_a_job_failed(service: Any, emulator: Emulator) -> None:
    fault = {"method": "POST", "path": "configure", "nth": 1, "do": "job-fails", "code": "invalidState"}
    emulator.faults(fault)
    with pytest.raises(ms_azure.service.InvalidStateError, match="It failed"):
        service.publish(metadata(keepdraft=True))
