-- Whose telemetry it is: the attributes of the resource, those of OTEL_RESOURCE_ATTRIBUTES before all others.
local encode <const> = require "evidence.otlp.encode"
local system <const> = require "host.system"

local M = {}

-- The job of a CI system that floe runs in, by the variables that systems set. The conventions are those of
-- cicd.pipeline.* and vcs.*.
local function ci(env)
  local function at(...)
    local parts <const> = {}
    for index, name in ipairs { ... } do
      local text <const> = name:sub(1, 1) == "/" and name or env(name)
      if not text or text == "" then
        return nil
      end
      parts[index] = text
    end
    return table.concat(parts)
  end
  if env "GITHUB_ACTIONS" == "true" then
    return {
      { "cicd.pipeline.name", at "GITHUB_WORKFLOW" },
      { "cicd.pipeline.run.id", at "GITHUB_RUN_ID" },
      { "cicd.pipeline.run.url.full", at("GITHUB_SERVER_URL", "/", "GITHUB_REPOSITORY", "/actions/runs/",
        "GITHUB_RUN_ID") },
      { "cicd.pipeline.task.name", at "GITHUB_JOB" },
      { "vcs.provider.name", "github" },
      { "vcs.repository.name", (at "GITHUB_REPOSITORY" or ""):match("([^/]+)$") },
      { "vcs.repository.url.full", at("GITHUB_SERVER_URL", "/", "GITHUB_REPOSITORY") },
      { "vcs.change.id", (at "GITHUB_REF" or ""):match("^refs/pull/(%d+)/") },
      { "vcs.ref.head.name", at "GITHUB_HEAD_REF" or at "GITHUB_REF_NAME" },
      { "vcs.ref.head.type", at "GITHUB_REF_TYPE" },
      { "vcs.ref.base.name", at "GITHUB_BASE_REF" },
    }
  elseif env "GITLAB_CI" == "true" then
    return {
      { "cicd.pipeline.name", at "CI_PIPELINE_NAME" or at "CI_PROJECT_PATH" },
      { "cicd.pipeline.run.id", at "CI_PIPELINE_ID" },
      { "cicd.pipeline.run.url.full", at "CI_PIPELINE_URL" },
      { "cicd.pipeline.task.name", at "CI_JOB_NAME" },
      { "cicd.pipeline.task.run.id", at "CI_JOB_ID" },
      { "cicd.pipeline.task.run.url.full", at "CI_JOB_URL" },
      { "vcs.provider.name", "gitlab" },
      { "vcs.repository.name", at "CI_PROJECT_NAME" },
      { "vcs.repository.url.full", at "CI_PROJECT_URL" },
      { "vcs.change.id", at "CI_MERGE_REQUEST_IID" },
      { "vcs.ref.head.name", at "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME" or at "CI_COMMIT_REF_NAME" },
      { "vcs.ref.head.type", at "CI_COMMIT_TAG" and "tag" or "branch" },
      { "vcs.ref.base.name", at "CI_MERGE_REQUEST_TARGET_BRANCH_NAME" },
    }
  end
  return {}
end

local function revision(root)
  local commit <const>, branch <const> = require("evidence.revision").of(root)
  return {
    { "vcs.ref.head.revision", commit },
    { "vcs.ref.head.name", branch },
    { "vcs.ref.head.type", branch and "branch" or nil },
  }
end

local function append(out, list)
  for index = 1, #list do
    out[#out + 1] = list[index]
  end
end

--- The attributes of the resource, as OTLP has them.
---@param command table what `command_started` tells
---@param settings floe.otlp.settings
---@param root string the product's folder
---@param env fun(name: string): string?
---@return table
function M.of(command, settings, root, env)
  local product <const>, platform <const> = command.product or {}, command.platform or {}
  local out <const> = { { "service.name", settings.service_name } }
  append(out, settings.attributes)
  append(out, {
    { "service.name", product.name or "floe" },
    { "service.version", product.version },
    { "service.namespace", product.domain },
    { "deployment.environment.name", command.environment },
    { "host.name", system.host() },
    { "telemetry.sdk.name", "floe" },
    { "telemetry.sdk.language", "lua" },
    { "telemetry.sdk.version", system.versions().floe },
    { "floe.version", system.versions().floe },
    { "floe.platform.name", platform.name },
    { "floe.platform.version", platform.version },
  })
  append(out, ci(env))
  append(out, revision(root))
  return encode.attributes(out)
end

return M
