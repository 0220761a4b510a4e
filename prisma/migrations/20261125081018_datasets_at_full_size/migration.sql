-- CreateEnum
CREATE TYPE "ChangeKind" AS ENUM ('text', 'label', 'exclude_example', 'exclude_image');

-- AlterEnum
ALTER TYPE "DatasetFormat" ADD VALUE 'json_lines';

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "SubjectType" ADD VALUE 'image';
ALTER TYPE "SubjectType" ADD VALUE 'example';

-- AlterTable
ALTER TABLE "Ablation" ADD COLUMN     "leakAnswer" JSONB;

-- AlterTable
ALTER TABLE "DatasetImage" ADD COLUMN     "cocoId" BIGINT,
ADD COLUMN     "flickrId" TEXT,
ADD COLUMN     "location" JSONB,
ADD COLUMN     "sizeBytes" INTEGER;

-- AlterTable
ALTER TABLE "DatasetVersion" ADD COLUMN     "statistics" JSONB;

-- CreateTable
CREATE TABLE "Derivation" (
    "id" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "parentId" UUID NOT NULL,
    "versionId" UUID,
    "recipe" JSONB NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "status" "Status" NOT NULL DEFAULT 'queued',
    "phase" TEXT NOT NULL DEFAULT '',
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER,
    "error" TEXT,
    "startedById" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMP(3),
    "heartbeatAt" TIMESTAMP(3),
    "finishedAt" TIMESTAMP(3),
    "fence" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Derivation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DraftChange" (
    "id" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "kind" "ChangeKind" NOT NULL,
    "subjectId" UUID NOT NULL,
    "value" TEXT,
    "reason" TEXT NOT NULL DEFAULT '',
    "authorId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DraftChange_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Tag" (
    "id" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "imageKey" TEXT NOT NULL,
    "exampleKey" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL,
    "authorId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Tag_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Upload" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "receivedBytes" BIGINT NOT NULL DEFAULT 0,
    "digest" TEXT,
    "authorId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "touchedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ImageHash" (
    "digest" TEXT NOT NULL,
    "rowHash" BIGINT NOT NULL,
    "columnHash" BIGINT NOT NULL,

    CONSTRAINT "ImageHash_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "DatasetCheck" (
    "id" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "against" UUID[],
    "status" "Status" NOT NULL DEFAULT 'queued',
    "phase" TEXT NOT NULL DEFAULT '',
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER,
    "error" TEXT,
    "summary" JSONB,
    "startedById" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMP(3),
    "heartbeatAt" TIMESTAMP(3),
    "finishedAt" TIMESTAMP(3),
    "fence" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "DatasetCheck_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CheckFinding" (
    "id" UUID NOT NULL,
    "checkId" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "severity" "ProblemSeverity" NOT NULL,
    "imageId" UUID,
    "otherImageId" UUID,
    "exampleId" UUID,
    "otherExampleId" UUID,
    "distance" INTEGER,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "CheckFinding_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Derivation_versionId_key" ON "Derivation"("versionId");

-- CreateIndex
CREATE INDEX "Derivation_status_idx" ON "Derivation"("status");

-- CreateIndex
CREATE INDEX "Derivation_parentId_idx" ON "Derivation"("parentId");

-- CreateIndex
CREATE UNIQUE INDEX "DraftChange_versionId_kind_subjectId_key" ON "DraftChange"("versionId", "kind", "subjectId");

-- CreateIndex
CREATE INDEX "Tag_datasetId_name_idx" ON "Tag"("datasetId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Tag_datasetId_imageKey_exampleKey_name_key" ON "Tag"("datasetId", "imageKey", "exampleKey", "name");

-- CreateIndex
CREATE INDEX "Upload_touchedAt_idx" ON "Upload"("touchedAt");

-- CreateIndex
CREATE INDEX "DatasetCheck_status_idx" ON "DatasetCheck"("status");

-- CreateIndex
CREATE INDEX "DatasetCheck_versionId_createdAt_idx" ON "DatasetCheck"("versionId", "createdAt");

-- CreateIndex
CREATE INDEX "CheckFinding_checkId_code_idx" ON "CheckFinding"("checkId", "code");

-- CreateIndex
CREATE INDEX "CheckFinding_imageId_idx" ON "CheckFinding"("imageId");

-- AddForeignKey
ALTER TABLE "Derivation" ADD CONSTRAINT "Derivation_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Derivation" ADD CONSTRAINT "Derivation_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Derivation" ADD CONSTRAINT "Derivation_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Derivation" ADD CONSTRAINT "Derivation_startedById_fkey" FOREIGN KEY ("startedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DraftChange" ADD CONSTRAINT "DraftChange_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DraftChange" ADD CONSTRAINT "DraftChange_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Tag" ADD CONSTRAINT "Tag_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Tag" ADD CONSTRAINT "Tag_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Upload" ADD CONSTRAINT "Upload_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetCheck" ADD CONSTRAINT "DatasetCheck_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetCheck" ADD CONSTRAINT "DatasetCheck_startedById_fkey" FOREIGN KEY ("startedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CheckFinding" ADD CONSTRAINT "CheckFinding_checkId_fkey" FOREIGN KEY ("checkId") REFERENCES "DatasetCheck"("id") ON DELETE CASCADE ON UPDATE CASCADE;
