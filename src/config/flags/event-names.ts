/**
 * Names of dbt 1.12's log events (`dbt/events/types.py` and the adapters'), which `warn_error_options`
 * may name.
 */
export const eventNames: ReadonlySet<string> = new Set(
  `
    AdapterDeprecationWarning AdapterEventDebug AdapterEventError AdapterEventInfo
    AdapterEventWarning AdapterImportError AdapterRegistered
    ArgumentsPropertyInGenericTestDeprecation ArtifactUploadError ArtifactUploadSkipped
    ArtifactUploadSuccess ArtifactWritten BehaviorChangeEvent BuildingCatalog CacheAction
    CacheDumpGraph CacheMiss CannotGenerateDocs CatalogGenerationError CatalogWritten
    CatchableExceptionOnRun CheckCleanPath CheckNodeTestFailure CodeExecution CodeExecutionStatus
    ColTypeChange CollectFreshnessReturnSignature CommandCompleted CompileComplete CompiledNode
    ConcurrencyLine ConfigDataPathDeprecation ConfigFolderDirectory ConfigLogPathDeprecation
    ConfigSourcePathDeprecation ConfigTargetPathDeprecation ConfirmCleanPath ConnectionClosed
    ConnectionClosedInCleanup ConnectionLeftOpen ConnectionLeftOpenInCleanup ConnectionReused
    ConnectionUsed ConstraintNotEnforced ConstraintNotSupported CustomKeyInConfigDeprecation
    CustomKeyInObjectDeprecation CustomOutputPathInSourceFreshnessDeprecation
    CustomTopLevelKeyDeprecation DatabaseErrorRunningHook DebugCmdOut DebugCmdResult
    DefaultSelector DeprecatedModel DeprecatedReference DeprecationsSummary DepsAddPackage
    DepsCreatingLocalSymlink DepsFoundDuplicatePackage DepsInstallInfo DepsListSubdirectory
    DepsLockUpdating DepsNoPackagesFound DepsNotifyUpdatesAvailable DepsScrubbedPackageName
    DepsSetDownloadDirectory DepsStartPackageInstall DepsSymlinkNotAvailable DepsUnpinned
    DepsUpToDate DepsUpdateAvailable DisableTracking DuplicateNameDistinctNodeTypesDeprecation
    DuplicateYAMLKeysDeprecation EndOfRunSummary EndRunResult EnsureGitInstalled
    EnvironmentVariableNamespaceDeprecation EnvironmentVariableRenamed ExposureNameDeprecation
    FinishedCleanPaths FinishedRunningStats FlushEvents FlushEventsFailure Formatting FoundStats
    FreshnessCheckComplete FreshnessConfigProblem GenerateSchemaNameNullValueDeprecation
    GenericExceptionOnRun GenericJSONSchemaValidationDeprecation GenericSemanticLayerDeprecation
    GetMetaKeyWarning GitNothingToDo GitProgressCheckedOutAt GitProgressCheckoutRevision
    GitProgressPullingNewDependency GitProgressUpdatedCheckoutRange
    GitProgressUpdatingExistingDependency GitSparseCheckoutSubdirectory HooksRunning
    InputFileDiffError InternalDeprecation InternalErrorOnRun InvalidConcurrentBatchesConfig
    InvalidDisabledTargetInTestNode InvalidMacroAnnotation InvalidOptionYAML
    InvalidProfileTemplateYAML InvalidValueForField JinjaLogDebug JinjaLogInfo JinjaLogWarning
    ListCmdOut ListRelations LogBatchResult LogCancelLine LogDbtProfileError LogDbtProjectError
    LogDebugStackTrace LogFreshnessResult LogFunctionResult LogHookEndLine LogHookStartLine
    LogModelResult LogNodeNoOpResult LogNodeResult LogOverloadResult LogSeedResult
    LogSkipBecauseError LogSnapshotResult LogStartBatch LogStartLine LogStartOverload
    LogTestResult MFConverterIssue MFCumulativeTypeParamsDeprecation
    MFTimespineWithoutYamlConfigurationDeprecation MacroNotFoundForPatch MainEncounteredError
    MainKeyboardInterrupt MainReportArgs MainReportVersion MainStackTrace MainTrackingUserState
    MarkSkippedChildren MetricAttributesRenamed MicrobatchExecutionDebug
    MicrobatchMacroOutsideOfBatchesDeprecation MicrobatchModelNoEventTimeInputs
    MissingArgumentsPropertyInGenericTestDeprecation MissingPlusPrefixDeprecation
    MissingProfileTarget ModelParamUsageDeprecation ModulesItertoolsUsageDeprecation NewConnection
    NewConnectionOpening NoNodeForYamlKey NoNodesForSelectionCriteria NoNodesSelected
    NoSampleProfileFound NodeCompiling NodeConnectionReleaseError NodeExecuting NodeFinished
    NodeNotFoundOrDisabled NodeStart Note NothingToDo OpenCommand PackageInstallPathDeprecation
    PackageMaterializationOverrideDeprecation PackageNodeDependsOnRootProjectNode
    PackageRedirectDeprecation ParseInlineNodeError ParsePerfInfoPath ParsedFileLoadFailed
    PartialParsingEnabled PartialParsingError PartialParsingErrorProcessingFile PartialParsingFile
    PartialParsingNotEnabled PartialParsingSkipParsing PluginLoadError PrintEvent
    ProfileWrittenWithProjectTemplateYAML ProfileWrittenWithSample
    ProfileWrittenWithTargetTemplateYAML ProjectCreated ProjectFlagsMovedDeprecation
    ProjectNameAlreadyExists PropertyMovedToConfigDeprecation ProtectedCleanPath
    QueryCancelationUnsupported RecordReplayIssue RecordRetryException
    RegistryIndexProgressGETRequest RegistryIndexProgressGETResponse RegistryProgressGETRequest
    RegistryProgressGETResponse RegistryResponseExtraNestedKeys RegistryResponseMissingNestedKeys
    RegistryResponseMissingTopKeys RegistryResponseUnexpectedType
    ResourceNamesWithSpacesDeprecation ResourceReport RetryExternalCall Rollback RollbackFailed
    RunResultError RunResultErrorNoMessage RunResultFailure RunResultWarning
    RunResultWarningMessage RunningOperationCaughtError RunningOperationUncaughtError SQLCommit
    SQLCompiledPath SQLQuery SQLQueryStatus SQLRunnerException SchemaCreation SchemaDrop
    SeedExceedsLimitAndPathChanged SeedExceedsLimitChecksumChanged SeedExceedsLimitSamePath
    SeedHeader SeedIncreased SelectExcludeIgnoredWithSelectorWarning SelectorReportInvalidSelector
    SemanticValidationFailure SendEventFailure SendingEvent SettingUpProfile ShowNode
    SkippingDetails SnapshotTimestampWarning SourceFreshnessProjectHooksNotRun
    SourceOverrideDeprecation SpacesInResourceNameDeprecation StarterProjectPath
    StateCheckVarsHash StatsLine SystemCouldNotWrite SystemExecutingCmd SystemReportReturnCode
    SystemStdErr SystemStdOut TestsConfigDeprecation TimeDimensionsRequireGranularityDeprecation
    TimingInfoCollected TrackingInitializeFailure TypeCodeNotFound UnableToPartialParse
    UnexpectedJinjaBlockDeprecation UnpinnedRefNewVersionAvailable
    UnsupportedConstraintMaterialization UnusedResourceConfigPath UnusedTables
    UnversionedBreakingChange UpcomingReferenceDeprecation V2ParserEnd V2ParserStart
    ValidationWarning WEOIncludeExcludeDeprecation WarnStateTargetEqual WriteCatalogFailure
    WritingInjectedSQLForNode WrongResourceSchemaFile
  `
    .trim()
    .split(/\s+/),
);

/** Whether a warning is one of those that `Deprecations` stands for (events with a code D…). */
export function isDeprecation(name: string): boolean {
  if (name === 'UpcomingReferenceDeprecation') return false;
  return name.endsWith('Deprecation') || otherDeprecations.has(name);
}

const otherDeprecations: ReadonlySet<string> = new Set([
  'AdapterDeprecationWarning',
  'BehaviorChangeEvent',
  'CollectFreshnessReturnSignature',
  'DeprecationsSummary',
  'EnvironmentVariableRenamed',
  'GetMetaKeyWarning',
  'MetricAttributesRenamed',
  'SourceFreshnessProjectHooksNotRun',
]);

/**
 * Deprecations that are told once, and counted (core `deprecations.py`): how often each was met is said at
 * the end of a command.
 */
export const countedDeprecations: ReadonlySet<string> = new Set(
  `
    ArgumentsPropertyInGenericTestDeprecation CollectFreshnessReturnSignature
    ConfigDataPathDeprecation ConfigLogPathDeprecation ConfigSourcePathDeprecation
    ConfigTargetPathDeprecation CustomKeyInConfigDeprecation CustomKeyInObjectDeprecation
    CustomOutputPathInSourceFreshnessDeprecation CustomTopLevelKeyDeprecation
    DuplicateNameDistinctNodeTypesDeprecation DuplicateYAMLKeysDeprecation
    EnvironmentVariableNamespaceDeprecation EnvironmentVariableRenamed ExposureNameDeprecation
    GenerateSchemaNameNullValueDeprecation GenericSemanticLayerDeprecation
    MFCumulativeTypeParamsDeprecation MFTimespineWithoutYamlConfigurationDeprecation
    MicrobatchMacroOutsideOfBatchesDeprecation MissingArgumentsPropertyInGenericTestDeprecation
    MissingPlusPrefixDeprecation ModelParamUsageDeprecation ModulesItertoolsUsageDeprecation
    PackageInstallPathDeprecation PackageMaterializationOverrideDeprecation
    PackageRedirectDeprecation ProjectFlagsMovedDeprecation PropertyMovedToConfigDeprecation
    ResourceNamesWithSpacesDeprecation SourceFreshnessProjectHooksNotRun SourceOverrideDeprecation
    TimeDimensionsRequireGranularityDeprecation UnexpectedJinjaBlockDeprecation
    WEOIncludeExcludeDeprecation
  `
    .trim()
    .split(/\s+/),
);
