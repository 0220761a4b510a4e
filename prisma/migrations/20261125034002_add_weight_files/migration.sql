-- CreateEnum
CREATE TYPE "WeightFileKind" AS ENUM ('resnet18', 'resnet50', 'resnet101', 'bert', 'soho', 'vocabulary', 'unknown');

-- CreateTable
CREATE TABLE "WeightFile" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "kind" "WeightFileKind" NOT NULL,
    "summary" JSONB NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdById" TEXT,

    CONSTRAINT "WeightFile_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "WeightFile_digest_key" ON "WeightFile"("digest");

-- CreateIndex
CREATE INDEX "WeightFile_createdAt_idx" ON "WeightFile"("createdAt");

-- AddForeignKey
ALTER TABLE "WeightFile" ADD CONSTRAINT "WeightFile_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
